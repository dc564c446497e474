package io.countersign.proxy.fuzz;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import io.countersign.proxy.testing.Canaries;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Reads every line of the log and of the access log in place of whoever prints them: nothing that comes over the wire is
 * an error of ours, makes a stack trace, or shows a secret or the value of a query parameter.
 */
final class LogWatch implements AutoCloseable {
    private static final List<String> LOGGERS = List.of(org.slf4j.Logger.ROOT_LOGGER_NAME, "countersign.access");

    private final Violations violations;
    private final List<Runnable> undo = new ArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            look(event);
        }
    };

    LogWatch(Violations violations) {
        this.violations = violations;
        for (String name : LOGGERS) {
            Logger logger = (Logger) LoggerFactory.getLogger(name);
            List<Appender<ILoggingEvent>> printing = new ArrayList<>();
            logger.iteratorForAppenders().forEachRemaining(printing::add);
            printing.forEach(logger::detachAppender);
            appender.setContext(logger.getLoggerContext());
            logger.addAppender(appender);
            undo.add(() -> {
                logger.detachAppender(appender);
                printing.forEach(logger::addAppender);
            });
        }
        appender.start();
    }

    private void look(ILoggingEvent event) {
        String text = event.getFormattedMessage();
        if (event.getThrowableProxy() != null) {
            text += "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy());
        }
        boolean harmless = event.getLevel().isGreaterOrEqual(Level.ERROR) ? false : event.getThrowableProxy() == null;
        if (!harmless || text.contains("LEAK:") || text.contains(RequestMaker.CANARY) || Canaries.in(text)) {
            violations.add("in the log: " + event.getLevel() + " " + event.getLoggerName() + ": " + text);
        }
    }

    @Override
    public void close() {
        undo.forEach(Runnable::run);
        appender.stop();
    }
}
