package io.countersign.standin.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Turns the bytes of a head into a {@link RequestHead}, refusing all that RFC 9112 does not plainly allow.
 *
 * <p>Stricter than a server needs to be, on purpose: what is tolerated here would hide a fault of the sender.
 */
final class HeadParser {
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
    /** RFC 3986: unreserved, sub-delims, and the rest of pchar, with the slash. */
    private static final String PATH_MARKS = "-._~!$&'()*+,;=:@/";

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.\\-_~]+(:[0-9]+)?|\\[[0-9A-Fa-f:.]+](:[0-9]+)?");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    private final String raw;
    private int position;

    HeadParser(String raw) {
        this.raw = raw;
    }

    RequestHead parse() throws MalformedRequestException {
        String line = line();
        String[] parts = line.split(" ", -1);
        if (parts.length != 3) {
            throw new MalformedRequestException("the request line has " + parts.length + " parts where it takes 3");
        }
        checkToken(parts[0], "method");
        checkTarget(parts[1]);
        int minor = switch (parts[2]) {
            case "HTTP/1.1" -> 1;
            case "HTTP/1.0" -> 0;
            default -> throw new MalformedRequestException("the version is neither HTTP/1.1 nor HTTP/1.0");
        };
        List<HeaderLine> headers = new ArrayList<>();
        for (String header = line(); !header.isEmpty(); header = line()) {
            headers.add(headerLine(header));
        }
        checkHost(headers, minor);
        boolean chunked = chunked(headers, minor);
        return new RequestHead(
                parts[0], parts[1], minor, List.copyOf(headers), contentLength(headers, chunked), chunked, raw);
    }

    /** The next line without its CRLF; that every LF follows a CR was seen while reading. */
    private String line() throws MalformedRequestException {
        int start = position;
        int end = raw.indexOf('\r', start);
        if (raw.charAt(end + 1) != '\n') {
            throw new MalformedRequestException("a bare CR stands in the head at byte " + end);
        }
        position = end + 2;
        return raw.substring(start, end);
    }

    static HeaderLine headerLine(String line) throws MalformedRequestException {
        if (line.startsWith(" ") || line.startsWith("\t")) {
            throw new MalformedRequestException("a header line begins with whitespace (obs-fold)");
        }
        int colon = line.indexOf(':');
        if (colon < 0) {
            throw new MalformedRequestException("a header line has no colon");
        }
        String name = line.substring(0, colon);
        checkToken(name, "header name");
        String value = trim(line.substring(colon + 1));
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < 0x20 && c != '\t') || c == 0x7f) {
                throw new MalformedRequestException("a control character stands in the value of " + name);
            }
        }
        return new HeaderLine(name, value);
    }

    /** Only space and tab are whitespace here (RFC 9110 section 5.6.3). */
    private static String trim(String value) {
        int start = 0;
        int end = value.length();
        while (start < end && isBlank(value.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(value.charAt(end - 1))) {
            end--;
        }
        return value.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static void checkToken(String token, String what) throws MalformedRequestException {
        if (token.isEmpty()) {
            throw new MalformedRequestException("the " + what + " is empty");
        }
        for (int i = 0; i < token.length(); i++) {
            if (!isAlphanumeric(token.charAt(i)) && TOKEN_MARKS.indexOf(token.charAt(i)) < 0) {
                throw new MalformedRequestException("the " + what + " has a character outside token at position " + i);
            }
        }
    }

    private static void checkTarget(String target) throws MalformedRequestException {
        if (!target.startsWith("/")) {
            throw new MalformedRequestException("the target is not in origin form");
        }
        boolean query = false;
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            query |= c == '?';
            if (c == '%') {
                if (i + 2 >= target.length() || !isHex(target.charAt(i + 1)) || !isHex(target.charAt(i + 2))) {
                    throw new MalformedRequestException("the target has a broken percent-escape at position " + i);
                }
            } else if (!isAlphanumeric(c) && PATH_MARKS.indexOf(c) < 0 && !(query && c == '?')) {
                throw new MalformedRequestException("the target has a character outside RFC 3986 at position " + i);
            }
        }
    }

    private static void checkHost(List<HeaderLine> headers, int minor) throws MalformedRequestException {
        List<HeaderLine> hosts = headers.stream().filter(h -> h.is("host")).toList();
        if (hosts.size() > 1 || (hosts.isEmpty() && minor == 1)) {
            throw new MalformedRequestException("there are " + hosts.size() + " Host lines where there must be one");
        }
        if (!hosts.isEmpty() && !HOST.matcher(hosts.get(0).value()).matches()) {
            throw new MalformedRequestException("Host is not a host with an optional port");
        }
    }

    private static boolean chunked(List<HeaderLine> headers, int minor) throws MalformedRequestException {
        List<HeaderLine> codings =
                headers.stream().filter(h -> h.is("transfer-encoding")).toList();
        if (codings.isEmpty()) {
            return false;
        }
        if (codings.size() > 1 || !codings.get(0).value().equalsIgnoreCase("chunked")) {
            throw new MalformedRequestException("Transfer-Encoding is not plainly `chunked`");
        }
        if (minor == 0) {
            throw new MalformedRequestException("Transfer-Encoding in HTTP/1.0");
        }
        return true;
    }

    private static long contentLength(List<HeaderLine> headers, boolean chunked) throws MalformedRequestException {
        List<HeaderLine> lengths =
                headers.stream().filter(h -> h.is("content-length")).toList();
        if (lengths.isEmpty()) {
            return 0;
        }
        if (chunked) {
            throw new MalformedRequestException("Content-Length beside Transfer-Encoding");
        }
        if (lengths.size() > 1 || !LENGTH.matcher(lengths.get(0).value()).matches()) {
            throw new MalformedRequestException("Content-Length is not one plain number");
        }
        return Long.parseLong(lengths.get(0).value());
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    static boolean isHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }
}
