package io.countersign.cli.causes;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** All that the proxy said since its start: both logs, and whatever a test adds. */
final class Captured extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<String> said = new CopyOnWriteArrayList<>();

    Captured() {
        start();
        loggers().forEach(logger -> logger.addAppender(this));
    }

    /** The access log's events do not go up to the root. */
    private static Stream<Logger> loggers() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        return Stream.of(context.getLogger("ROOT"), context.getLogger("countersign.access"));
    }

    @Override
    protected void append(ILoggingEvent event) {
        log.add(event.getFormattedMessage()
                + (event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        synchronized (log) {
            log.notifyAll();
        }
    }

    String add(String text) {
        said.add(text);
        return text;
    }

    /**
     * Until the last line of the application log that begins so holds all of {@code parts}, the end of a trouble left out: of
     * what comes often, the latest is logged when the interval is over.
     */
    void await(String beginning, String... parts) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!List.of(parts).stream().allMatch(line(beginning)::contains)) {
            assertTrue(System.nanoTime() < end, () -> "the last is " + line(beginning));
            synchronized (log) {
                log.wait(100);
            }
        }
    }

    /** "none" where there is none. */
    private String line(String beginning) {
        return log.stream()
                .filter(line -> line.startsWith(beginning) && !line.contains(": accepted again after "))
                .reduce((first, second) -> second)
                .orElse("none of " + log);
    }

    void assertNowhere(String canary) {
        for (String spelling : List.of(canary, URLEncoder.encode(canary, StandardCharsets.UTF_8))) {
            Stream.concat(log.stream(), said.stream())
                    .forEach(text -> assertFalse(text.contains(spelling), () -> "a secret is told in: " + text));
        }
    }

    boolean heard(String part) {
        return log.stream().anyMatch(line -> line.contains(part));
    }

    @Override
    public void close() {
        loggers().forEach(logger -> logger.detachAppender(this));
    }
}
