package io.countersign.proxy.testing;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message head exactly as it stood on the wire, one Latin-1 character for each byte.
 *
 * @param text with its line ends, the final empty line included
 */
public record Head(String text) {
    private static final Pattern STATUS = Pattern.compile("HTTP/\\d\\.\\d (\\d{3})( .*)?");

    public String startLine() {
        return lines().get(0);
    }

    public int status() {
        Matcher line = STATUS.matcher(startLine());
        if (!line.matches()) {
            throw new AssertionError("not a status line: " + startLine());
        }
        return Integer.parseInt(line.group(1));
    }

    public String method() {
        return startLine().substring(0, startLine().indexOf(' '));
    }

    public String target() {
        return startLine().substring(startLine().indexOf(' ') + 1, startLine().lastIndexOf(' '));
    }

    /** Names as written, in order. */
    public List<String> names() {
        return fieldLines().stream().map(Head::nameOf).toList();
    }

    /** Values of every field line of that name, in order, without the whitespace around them. */
    public List<String> values(String name) {
        return fieldLines().stream()
                .filter(line -> nameOf(line).equalsIgnoreCase(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .toList();
    }

    public boolean has(String name) {
        return !values(name).isEmpty();
    }

    /** The value of the only field line of that name; a missing or repeated one fails the test. */
    public String value(String name) {
        List<String> values = values(name);
        if (values.size() != 1) {
            throw new AssertionError("expected one " + name + " but found " + values + " in\n" + text);
        }
        return values.get(0);
    }

    /** Whether the comma-separated list field holds that token. */
    public boolean lists(String name, String token) {
        return values(name).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .anyMatch(element -> element.strip().toLowerCase(Locale.ROOT).equals(token));
    }

    private List<String> lines() {
        return Arrays.asList(text.split("\r?\n", -1));
    }

    private List<String> fieldLines() {
        return lines().stream().skip(1).filter(line -> line.indexOf(':') >= 0).toList();
    }

    private static String nameOf(String line) {
        return line.substring(0, line.indexOf(':'));
    }
}
