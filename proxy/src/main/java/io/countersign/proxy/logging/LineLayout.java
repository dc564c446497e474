package io.countersign.proxy.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;

/**
 * Renders a line of the application's log: time, level, text. Callers open the text with the route or upstream that it
 * is about; only a library's line names its logger. Nothing in a message can start another line.
 */
final class LineLayout {
    private static final String OURS = "io.countersign.";

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
        StackText.append(out, event.getThrowableProxy());
        return out.toString();
    }
}
