package io.countersign.proxy.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.countersign.proxy.wire.JsonText;

/** Renders a line of the application's log as one JSON object (RFC 8259). */
final class JsonLayout {
    /** With the stack, and unless it is full of what has to be escaped, a line stays below the 16 KiB at which container runtimes split it. */
    private static final int MAX_MESSAGE = 6 * 1024;

    private static final int MAX_STACK = 8 * 1024;

    private JsonLayout() {}

    static String render(ILoggingEvent event) {
        StringBuilder out = new StringBuilder(256).append("{\"time\":\"");
        Timestamps.append(out, event.getTimeStamp());
        out.append("\",\"level\":\"").append(event.getLevel());
        text(out, "logger", event.getLoggerName(), MAX_MESSAGE);
        String message = event.getFormattedMessage();
        text(out, "message", message == null ? "null" : message, MAX_MESSAGE);
        if (event.getThrowableProxy() != null) {
            StringBuilder stack = new StringBuilder(1024);
            StackText.append(stack, event.getThrowableProxy());
            text(out, "stack_trace", stack.toString().strip(), MAX_STACK);
        }
        return out.append("\"}").toString();
    }

    /** After a value whose closing quote is still to be written. */
    private static void text(StringBuilder out, String name, String value, int max) {
        out.append("\",\"").append(name).append("\":\"");
        JsonText.append(out, value, Math.min(value.length(), max));
        if (value.length() > max) {
            out.append('\u2026');
        }
    }
}
