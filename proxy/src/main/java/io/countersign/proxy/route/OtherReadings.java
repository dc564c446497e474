package io.countersign.proxy.route;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A path as other servers read it: some take {@code //} and {@code %2F} for one slash, some leave out what follows a semicolon
 * within a segment (RFC 3986 section 3.3 calls it a parameter), some do both, in either order.
 *
 * <p>Where a reading leads to another route, the request could walk around the narrower one's rules, so it is given none.
 */
public final class OtherReadings {
    private OtherReadings() {}

    /** Those that differ from {@code path}; for nearly every path there are none. */
    public static List<String> of(String path) {
        boolean escaped = path.indexOf('%') >= 0;
        boolean parameters = path.indexOf(';') >= 0
                || (escaped && path.toLowerCase(Locale.ROOT).contains("%3b"));
        if (!escaped && !parameters && !path.contains("//")) {
            return List.of();
        }
        List<String> readings = new ArrayList<>(3);
        String folded = foldSlashes(path);
        add(folded, path, readings);
        if (parameters) {
            add(foldSlashes(stripParameters(path)), path, readings);
            add(foldSlashes(stripParameters(folded)), path, readings);
        }
        return readings;
    }

    /** The same and, of each of them and of {@code path} itself, the one in which escapes are what they stand for. */
    public static List<String> andDecoded(String path) {
        List<String> readings = new ArrayList<>(of(path));
        for (String reading : List.copyOf(readings)) {
            add(decode(reading), path, readings);
        }
        add(decode(path), path, readings);
        return readings;
    }

    /** Every escape undone once, as UTF-8; its hex digits have been checked. */
    static String decode(String path) {
        if (path.indexOf('%') < 0) {
            return path;
        }
        byte[] bytes = new byte[path.length()];
        int length = 0;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '%' && i + 2 < path.length()) {
                c = (char) (Character.digit(path.charAt(i + 1), 16) * 16 + Character.digit(path.charAt(i + 2), 16));
                i += 2;
            }
            bytes[length++] = (byte) c;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static void add(String reading, String path, List<String> to) {
        if (!reading.equals(path) && !to.contains(reading)) {
            to.add(reading);
        }
    }

    private static String foldSlashes(String path) {
        return path.replace("%2F", "/").replace("%2f", "/").replaceAll("/{2,}", "/");
    }

    private static String stripParameters(String path) {
        String plain = path.replace("%3B", ";").replace("%3b", ";");
        StringBuilder out = new StringBuilder(plain.length());
        boolean parameter = false;
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            parameter = c != '/' && (parameter || c == ';');
            if (!parameter) {
                out.append(c);
            }
        }
        return out.toString();
    }
}
