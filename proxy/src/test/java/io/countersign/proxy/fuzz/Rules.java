package io.countersign.proxy.fuzz;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the proxy of a {@link Campaign} is to forward, by the RFCs and the documentation, written a second time.
 *
 * <p>A reason that ends in a question mark is a doubt: the proxy may refuse, or forward.
 */
final class Rules {
    static final int MAX_HEAD = 8 << 10;
    static final int MAX_TARGET = 4 << 10;
    static final int MAX_FIELDS = 100;

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS");
    private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern HOST = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{0,5})?");
    private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");
    private static final Pattern CONTROL_ESCAPE = Pattern.compile("%([01][0-9A-Fa-f]|7[Ff])");
    private static final Set<String> DROPPED = Set.of(
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "upgrade",
            "http2-settings",
            "transfer-encoding",
            "host",
            "content-length",
            "expect",
            "authorization",
            "x-amz-date",
            "x-amz-security-token",
            "x-amz-content-sha256",
            "via");
    private static final Set<String> LOOK_ALIKES =
            Set.of("transfer-encoding", "content-length", "content-type", "proxy-authorization");
    private static final Set<String> PRESIGNED = Set.of(
            "x-amz-signature",
            "x-amz-algorithm",
            "x-amz-credential",
            "x-amz-signedheaders",
            "x-amz-date",
            "x-amz-expires",
            "x-amz-security-token");

    private Rules() {}

    static boolean passes(String name, List<String> namedByConnection) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !DROPPED.contains(lower) && !lower.startsWith("proxy-") && !namedByConnection.contains(lower);
    }

    /** Why the head is malformed, so that nothing after it can be trusted; null when it is not. */
    static String malformed(ParsedHead head) {
        String[] parts = head.startLine().split(" ", -1);
        if (parts.length != 3 || !StrictParser.isToken(parts[0]) || parts[1].isEmpty()) {
            return "the request line";
        }
        if (!parts[2].matches("HTTP/[0-9]\\.[0-9]")) {
            return "the version";
        }
        if (!parts[2].equals("HTTP/1.1") && !parts[2].equals("HTTP/1.0")) {
            return "another version";
        }
        if (parts[1].length() > MAX_TARGET + 32) {
            return "the target's length";
        }
        if (head.text().length() > MAX_HEAD + 64) {
            return "the head's length";
        }
        return null;
    }

    /** Why a well-formed head is refused; a doubt ends in a question mark; null when it must be forwarded. */
    static String refused(ParsedHead head) {
        return firstOf(Stream.of(
                counts(head), fields(head), method(head), host(head), target(head), expectations(head), browser(head)));
    }

    /** A certain reason goes before a doubt. */
    private static String firstOf(Stream<String> reasons) {
        List<String> found = reasons.filter(Objects::nonNull).toList();
        return found.stream()
                .filter(reason -> !reason.endsWith("?"))
                .findFirst()
                .orElse(found.isEmpty() ? null : found.get(0));
    }

    private static String counts(ParsedHead head) {
        if (head.fields().size() > MAX_FIELDS) {
            return "too many fields";
        }
        if (head.target().length() > MAX_TARGET) {
            return "the target's length";
        }
        return head.text().length() > MAX_HEAD - 64 ? "near the head's limit?" : head.folded() ? "folded?" : null;
    }

    private static String fields(ParsedHead head) {
        return firstOf(head.fields().stream().map(Rules::field));
    }

    private static String field(Field field) {
        String lower = field.name().toLowerCase(Locale.ROOT);
        boolean ascii = field.value().chars().allMatch(c -> c < 0x80);
        if (lower.startsWith("x-amz-") && !ascii) {
            return "a signed value that is not ASCII";
        }
        if (lower.indexOf('_') >= 0) {
            String dashed = lower.replace('_', '-');
            return LOOK_ALIKES.contains(dashed) || dashed.startsWith("x-amz-") ? "a look-alike" : "an underscore?";
        }
        boolean unclear = lower.equals("content-type") || lower.startsWith("x");
        return !ascii && unclear ? "not ASCII?" : null;
    }

    private static String method(ParsedHead head) {
        return METHODS.contains(head.method()) ? null : "the method";
    }

    private static String host(ParsedHead head) {
        List<String> hosts = head.values("host");
        if (hosts.isEmpty() && head.isHttp10()) {
            // It knows no Host field: the place where it was sent is what it means.
            return isAbsolute(head.target()) ? authority(authorityOf(head.target())) : null;
        }
        if (hosts.size() != 1) {
            return hosts.isEmpty() && head.isHttp10() && authority(authorityOf(head.target())) == null
                    ? "HTTP/1.0 without a Host?"
                    : "not one Host";
        }
        String doubt = authority(hosts.get(0));
        if (isAbsolute(head.target())) {
            String certain = authority(authorityOf(head.target()));
            // By RFC 9112 section 3.2.2 the target's authority counts, but the Host must be well-formed.
            if (doubt != null && HOST.matcher(hosts.get(0)).matches()) {
                doubt = "another Host than the target's?";
            }
            return firstOf(Stream.of(certain, doubt));
        }
        return doubt;
    }

    private static String authority(String value) {
        if (!HOST.matcher(value).matches()) {
            return "not a host";
        }
        int port = value.startsWith("[") ? value.indexOf("]:") + 1 : value.indexOf(':');
        String host = port > 0 ? value.substring(0, port) : value;
        if (!HOSTS.contains(host.toLowerCase(Locale.ROOT))) {
            return "not our host";
        }
        String digits = port > 0 ? value.substring(port + 1) : "80";
        return digits.isEmpty() || Integer.parseInt(digits) > 65535 || Integer.parseInt(digits) == 0
                ? "an odd port?"
                : null;
    }

    private static boolean isAbsolute(String target) {
        return target.regionMatches(true, 0, "http://", 0, 7) || target.regionMatches(true, 0, "https://", 0, 8);
    }

    private static String authorityOf(String target) {
        return target.substring(target.indexOf("//") + 2, authorityEnd(target));
    }

    /** An authority ends before the first slash, question mark or number sign (RFC 3986 section 3.2). */
    private static int authorityEnd(String target) {
        for (int i = target.indexOf("//") + 2; i < target.length(); i++) {
            if ("/?#".indexOf(target.charAt(i)) >= 0) {
                return i;
            }
        }
        return target.length();
    }

    /** The target in origin form; an empty path becomes a slash (RFC 9112 section 3.2.1). */
    static String originForm(String target) {
        if (!isAbsolute(target)) {
            return target;
        }
        String rest = target.substring(authorityEnd(target));
        return rest.startsWith("/") ? rest : "/" + rest;
    }

    private static String target(ParsedHead head) {
        String target = originForm(head.target());
        if (!target.startsWith("/")) {
            return "the target's form";
        }
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        String query = question < 0 ? "" : target.substring(question + 1);
        if (target.chars().anyMatch(c -> c <= 0x20 || c == 0x7f) || target.indexOf('#') >= 0) {
            return "a character in the target";
        }
        if (path.chars().anyMatch(c -> c >= 0x80 || "\"<>[]^`{|}\\".indexOf(c) >= 0)) {
            return "a character in the path";
        }
        if (BAD_ESCAPE.matcher(target).find()
                || target.contains("%00")
                || path.toLowerCase(Locale.ROOT).contains("%5c")) {
            return "an escape";
        }
        if (Stream.of(path.split("/|%2[fF]", -1)).anyMatch(Rules::isDots)) {
            return "a dot segment";
        }
        if (Stream.of(query.split("&", -1)).anyMatch(Rules::isPresigned)) {
            return "a presigned query";
        }
        if (query.chars().anyMatch(c -> c >= 0x80)) {
            return "not ASCII in the query?";
        }
        return CONTROL_ESCAPE.matcher(target).find() ? "an escaped control?" : null;
    }

    private static boolean isDots(String segment) {
        int semicolon = segment.indexOf(';');
        String name = (semicolon < 0 ? segment : segment.substring(0, semicolon)).replaceAll("%2[eE]", ".");
        return name.equals(".") || name.equals("..");
    }

    private static boolean isPresigned(String parameter) {
        int equals = parameter.indexOf('=');
        String name = equals < 0 ? parameter : parameter.substring(0, equals);
        return PRESIGNED.contains(decoded(name).toLowerCase(Locale.ROOT));
    }

    private static String decoded(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '%') {
                out.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                out.append(text.charAt(i));
            }
        }
        return out.toString();
    }

    private static String expectations(ParsedHead head) {
        List<String> expect = head.values("expect");
        if (!expect.isEmpty() && head.isHttp10()) {
            return "Expect in HTTP/1.0?";
        }
        if (!expect.stream().allMatch(value -> value.equalsIgnoreCase("100-continue"))) {
            return "another expectation";
        }
        String upgrade = String.join(",", head.list("upgrade"));
        return expect.size() > 1 ? "two expectations?" : upgrade.contains("websocket") ? "an upgrade?" : null;
    }

    private static String browser(ParsedHead head) {
        List<String> origins = head.values("origin");
        boolean foreign = head.values("sec-fetch-site").stream()
                .anyMatch(site -> !site.equals("none") && !site.equals("same-origin"));
        if (origins.isEmpty()) {
            return foreign ? "another site" : head.values("sec-fetch-site").size() > 1 ? "two sites?" : null;
        }
        String own = "http://" + (head.has("host") ? head.values("host").get(0) : "");
        if (origins.size() > 1 || !origins.get(0).equals(own)) {
            return "another origin";
        }
        return foreign || isAbsolute(head.target()) ? "our origin on another site?" : null;
    }

    /** What stands in the request line upstream, under that base path. */
    static String wireTarget(String base, String target) {
        String origin = originForm(target);
        int question = origin.indexOf('?');
        if (question < 0) {
            return base + origin;
        }
        return base
                + origin.substring(0, question)
                + "?"
                + Stream.of(origin.substring(question + 1).split("&", -1))
                        .map(Rules::wireParameter)
                        .collect(Collectors.joining("&"));
    }

    private static String wireParameter(String parameter) {
        int equals = parameter.indexOf('=');
        return equals < 0
                ? encoded(parameter)
                : encoded(parameter.substring(0, equals)) + "=" + encoded(parameter.substring(equals + 1));
    }

    private static String encoded(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean asIs = c == '%' || "-._~".indexOf(c) >= 0 || (c < 0x80 && Character.isLetterOrDigit(c));
            out.append(asIs ? String.valueOf(c) : c == '+' ? "%20" : String.format("%%%02X", (int) c));
        }
        return out.toString();
    }
}
