package io.countersign.proxy.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The head of a request or response, read strictly.
 *
 * @param text as it stood on the wire, one Latin-1 character for each byte
 * @param folded whether a field was continued on another line, which a proxy may refuse or join
 */
record ParsedHead(String startLine, List<Field> fields, String text, boolean folded) {
    String method() {
        return startLine.substring(0, startLine.indexOf(' '));
    }

    String target() {
        return startLine.substring(startLine.indexOf(' ') + 1, startLine.lastIndexOf(' '));
    }

    /** Of a request line the version is the end, of a status line the beginning. */
    boolean isHttp10() {
        return startLine.endsWith(" HTTP/1.0") || startLine.startsWith("HTTP/1.0 ");
    }

    List<String> values(String name) {
        List<String> values = new ArrayList<>(1);
        for (Field field : fields) {
            if (field.is(name)) {
                values.add(field.value());
            }
        }
        return values;
    }

    boolean has(String name) {
        for (Field field : fields) {
            if (field.is(name)) {
                return true;
            }
        }
        return false;
    }

    /** Lower-case elements of a comma-separated list, over all its lines. */
    List<String> list(String name) {
        return values(name).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(element -> element.strip().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** Whether its sender keeps the connection for another message (RFC 9112 section 9.3). */
    boolean keepsAlive() {
        List<String> options = list("connection");
        return !options.contains("close") && (!isHttp10() || options.contains("keep-alive"));
    }
}
