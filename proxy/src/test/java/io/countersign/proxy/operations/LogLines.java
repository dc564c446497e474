package io.countersign.proxy.operations;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.countersign.testing.Await;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.slf4j.LoggerFactory;

/** What the proxy has said since, in its own log and in the access log. */
final class LogLines implements AutoCloseable {
    private static final List<String> LOGGERS = List.of(org.slf4j.Logger.ROOT_LOGGER_NAME, "countersign.access");

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLevel() + " " + event.getFormattedMessage());
        }
    };

    LogLines() {
        LOGGERS.forEach(name -> {
            Logger logger = (Logger) LoggerFactory.getLogger(name);
            appender.setContext(logger.getLoggerContext());
            logger.addAppender(appender);
        });
        appender.start();
    }

    /** The first line with all of {@code parts}, once there is one. */
    String await(String... parts) {
        Predicate<String> hasAll = line -> List.of(parts).stream().allMatch(line::contains);
        Await.until("a log line with " + List.of(parts), () -> lines.stream().anyMatch(hasAll));
        return lines.stream().filter(hasAll).findFirst().orElseThrow();
    }

    /** All lines so far. */
    String all() {
        return String.join("\n", lines);
    }

    long count(String part) {
        return lines.stream().filter(line -> line.contains(part)).count();
    }

    @Override
    public void close() {
        LOGGERS.forEach(name -> ((Logger) LoggerFactory.getLogger(name)).detachAppender(appender));
    }
}
