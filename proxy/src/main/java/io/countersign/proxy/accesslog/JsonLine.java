package io.countersign.proxy.accesslog;

import io.countersign.proxy.logging.Timestamps;
import io.countersign.proxy.wire.JsonText;

/**
 * Writes one JSON object (RFC 8259) on one line, flat but for lists of flat objects; confined to its thread, the buffer is used again for the next.
 * Whatever the strings hold, the line is valid: controls and lone surrogates are escaped, and a string past
 * {@link #MAX_TEXT} characters is cut and ends in an ellipsis: container runtimes split lines at 16 KiB, which only a line
 * full of escapes can reach then.
 */
final class JsonLine {
    static final int MAX_TEXT = 2048;

    /** A buffer that one odd line has blown up beyond this is not kept. */
    private static final int KEPT_CAPACITY = 16 * 1024;

    private StringBuilder out = new StringBuilder(1024);

    JsonLine begin() {
        if (out.capacity() > KEPT_CAPACITY) {
            out = new StringBuilder(1024);
        }
        out.setLength(0);
        out.append('{');
        return this;
    }

    String end() {
        return out.append('}').toString();
    }

    JsonLine time(String name, long epochMillis) {
        key(name).append('"');
        Timestamps.append(out, epochMillis);
        out.append('"');
        return this;
    }

    /** Left out when null. */
    JsonLine text(String name, String value) {
        if (value != null) {
            key(name).append('"');
            escaped(value);
            out.append('"');
        }
        return this;
    }

    /** {@code first}, or {@code first?second} when there is a second; left out when the first is null. */
    JsonLine target(String name, String first, String second) {
        if (first != null) {
            key(name).append('"');
            escaped(first);
            if (second != null) {
                out.append('?');
                escaped(second);
            }
            out.append('"');
        }
        return this;
    }

    JsonLine number(String name, long value) {
        key(name).append(value);
        return this;
    }

    JsonLine flag(String name, boolean value) {
        key(name).append(value);
        return this;
    }

    /** Milliseconds with three decimals; left out when negative. */
    JsonLine millis(String name, long nanos) {
        if (nanos >= 0) {
            long micros = (nanos + 500) / 1000;
            int rest = (int) (micros % 1000);
            key(name).append(micros / 1000).append('.');
            out.append((char) ('0' + rest / 100))
                    .append((char) ('0' + rest / 10 % 10))
                    .append((char) ('0' + rest % 10));
        }
        return this;
    }

    /** What follows are its elements, until {@link #endList}. */
    JsonLine beginList(String name) {
        key(name).append('[');
        return this;
    }

    JsonLine beginElement() {
        if (out.charAt(out.length() - 1) != '[') {
            out.append(',');
        }
        out.append('{');
        return this;
    }

    JsonLine endElement() {
        out.append('}');
        return this;
    }

    JsonLine endList() {
        out.append(']');
        return this;
    }

    private StringBuilder key(String name) {
        if (out.charAt(out.length() - 1) != '{') {
            out.append(',');
        }
        return out.append('"').append(name).append("\":");
    }

    private void escaped(String text) {
        int end = Math.min(text.length(), MAX_TEXT);
        JsonText.append(out, text, end);
        if (end < text.length()) {
            out.append('\u2026');
        }
    }
}
