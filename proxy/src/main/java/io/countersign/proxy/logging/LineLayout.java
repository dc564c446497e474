package io.countersign.proxy.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;

/**
 * Renders a line of the application's log: time, level, text. Callers open the text with the route or upstream that it
 * is about; only a library's line names its logger. Nothing in a message can start another line.
 */
final class LineLayout {
    private static final String OURS = "io.countersign.";
    private static final int MOST_FRAMES = 64;
    private static final int MOST_CAUSES = 8;

    private LineLayout() {}

    static String render(ILoggingEvent event) {
        StringBuilder out = new StringBuilder(160);
        Timestamps.append(out, event.getTimeStamp());
        String level = event.getLevel().toString();
        out.append(' ').append(level).append(level.length() < 5 ? "  " : " ");
        if (!event.getLoggerName().startsWith(OURS)) {
            out.append('[').append(event.getLoggerName()).append("] ");
        }
        String message = event.getFormattedMessage();
        OneLine.append(out, message == null ? "null" : message);
        IThrowableProxy thrown = event.getThrowableProxy();
        for (int depth = 0; thrown != null && depth < MOST_CAUSES; depth++) {
            out.append(depth == 0 ? "\n    " : "\n    caused by ");
            append(out, thrown);
            thrown = thrown.getCause();
        }
        return out.toString();
    }

    private static void append(StringBuilder out, IThrowableProxy thrown) {
        out.append(thrown.getClassName());
        if (thrown.getMessage() != null) {
            OneLine.append(out.append(": "), thrown.getMessage());
        }
        StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
        int shown = Math.min(frames.length - thrown.getCommonFrames(), MOST_FRAMES);
        for (int i = 0; i < shown; i++) {
            out.append("\n        ").append(frames[i].getSTEAsString());
        }
    }
}
