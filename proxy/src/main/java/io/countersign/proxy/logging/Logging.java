package io.countersign.proxy.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process's log as a whole: its level, what it dropped, its end. The state is logback's own, set up by
 * {@link LogConfigurator} when the first logger is asked for.
 */
public final class Logging {
    /**
     * Libraries that at DEBUG print requests, headers, credentials or tokens: never below INFO, whatever level is asked for.
     * Whole trees rather than the loggers known to do so, since a new version may add another.
     */
    private static final List<String> CAPPED =
            List.of("software.amazon.awssdk", "io.netty", "com.typesafe", "io.prometheus", "io.lettuce", "reactor");

    private Logging() {}

    /** Takes level and format from a configuration, at start and again on each reload. */
    public static void configure(LogConfig config) {
        level(config.level());
        format(context(), config.format());
    }

    static void format(LoggerContext context, LogConfig.Format format) {
        if (context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(LogConfigurator.APPLICATION)
                instanceof QueueAppender queue) {
            queue.layout(format == LogConfig.Format.JSON ? JsonLayout::render : LineLayout::render);
        }
    }

    /** @param name debug, info, warn or error */
    public static void level(String name) {
        level(
                context(),
                switch (name) {
                    case "debug" -> Level.DEBUG;
                    case "info" -> Level.INFO;
                    case "warn" -> Level.WARN;
                    case "error" -> Level.ERROR;
                    default ->
                        throw new IllegalArgumentException(
                                "log level \"" + name + "\": must be debug, info, warn or error");
                });
    }

    static void level(LoggerContext context, Level level) {
        Level capped = level.isGreaterOrEqual(Level.INFO) ? level : Level.INFO;
        for (String library : CAPPED) {
            context.getLogger(library).setLevel(capped);
        }
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(level);
    }

    /** The logger of the access log: its messages are whole lines, printed as they are. */
    public static Logger access() {
        return LoggerFactory.getLogger(LogConfigurator.ACCESS_LOGGER);
    }

    /** Lines dropped since start because they were not read fast enough, by log: {@code access}, {@code application}. */
    public static Map<String, Long> dropped() {
        Map<String, Long> dropped = new TreeMap<>();
        dropped.put(LogConfigurator.ACCESS, appender(LogConfigurator.ACCESS_LOGGER, LogConfigurator.ACCESS));
        dropped.put(LogConfigurator.APPLICATION, appender(Logger.ROOT_LOGGER_NAME, LogConfigurator.APPLICATION));
        return dropped;
    }

    private static long appender(String logger, String name) {
        return context().getLogger(logger).getAppender(name) instanceof QueueAppender queue ? queue.dropped() : 0;
    }

    /** Writes out what is queued, waiting up to two seconds for each log; the last thing a process does. */
    public static void stop() {
        context().stop();
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }
}
