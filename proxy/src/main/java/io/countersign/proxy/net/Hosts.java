package io.countersign.proxy.net;

import io.countersign.proxy.secrets.Quoted;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Host names, address literals and {@code host:port}, read strictly; each method throws with the reason. */
public final class Hosts {
    private static final Pattern NAME = Pattern.compile("(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\\.)*"
            + "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?");
    private static final Pattern NUMERIC_END = Pattern.compile("(?:.*\\.)?(?:\\d+|0[xX][0-9A-Fa-f]*)");

    private static final List<String> PRIVATE_DOMAINS =
            List.of(".localhost", ".local", ".internal", ".home.arpa", ".test", ".svc");

    private Hosts() {}

    /**
     * A name in lower case, or an address literal in its shortest form, without brackets.
     *
     * @param text with brackets around an IPv6 literal, as in a URL
     */
    public static String host(String text) {
        if (text.startsWith("[")) {
            if (!text.endsWith("]") || text.indexOf(':') < 0) {
                throw new IllegalArgumentException(
                        Quoted.of(text) + " is not an IPv6 literal; write one such as [2001:db8::1]");
            }
            return IpAddress.parse(text.substring(1, text.length() - 1)).toString();
        }
        if (text.contains("://")) {
            throw new IllegalArgumentException(Quoted.of(text) + " is a URL; write the host alone, without "
                    + text.substring(0, text.indexOf("://") + 3));
        }
        if (text.indexOf(':') >= 0) {
            throw new IllegalArgumentException(Quoted.of(text)
                    + " is not a host; write an IPv6 literal in brackets, such as [::1], and no port here");
        }
        // What ends in a number is an address to every resolver, and to some in octal or hexadecimal.
        if (NUMERIC_END.matcher(text).matches()) {
            return IpAddress.parse(text).toString();
        }
        if (text.length() > 253 || !NAME.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " is not a host name; write letters, digits, hyphens and dots");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    /** A host as a {@code Host} field names it: lower case, no port, an IPv6 literal in brackets. */
    public static String field(String text) {
        String host = host(text);
        if (isWildcard(host)) {
            // Browsers take 0.0.0.0 for this machine, so a web page could call in by it.
            throw new IllegalArgumentException(Quoted.of(text)
                    + " is not a host that a caller should name; write the address or name that callers use");
        }
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    /**
     * Reads {@code host:port}.
     *
     * @param defaultPort taken when the port is left out; below 0: it must not be
     */
    public static HostPort hostPort(String text, int leastPort, int defaultPort) {
        int bracket = text.lastIndexOf(']');
        int colon = text.lastIndexOf(':');
        if (colon <= bracket) {
            colon = -1;
        }
        if (bracket < 0 && colon >= 0 && text.indexOf(':') < colon) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " is ambiguous; write an IPv6 literal in brackets, such as [::1]:8005");
        }
        if (colon < 0 && defaultPort < 0) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " has no port; write host:port, such as 127.0.0.1:8005");
        }
        String host = colon < 0 ? text : text.substring(0, colon);
        if (host.isEmpty()) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " has no host; write host:port, such as 127.0.0.1:8005");
        }
        return new HostPort(host(host), colon < 0 ? defaultPort : port(text, text.substring(colon + 1), leastPort));
    }

    /**
     * Host and port of a URL by https.
     *
     * @throws IllegalArgumentException when its host is not one
     */
    public static HostPort ofHttps(URI url) {
        String host = url.getHost();
        // A name that ends in a dot is the same to DNS, and other than what certificates and NO_PROXY have.
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return new HostPort(host(name), url.getPort() < 0 ? 443 : url.getPort());
    }

    private static int port(String whole, String digits, int least) {
        boolean plain = digits.matches("0|[1-9]\\d{0,4}");
        if (!plain || Integer.parseInt(digits) < least || Integer.parseInt(digits) > 65_535) {
            throw new IllegalArgumentException(Quoted.of(whole) + " has no valid port; write a number from " + least
                    + " to 65535 after the colon");
        }
        return Integer.parseInt(digits);
    }

    /**
     * Whether public DNS can't lead a {@code Host} field's name anywhere: an address, a name without a dot, or one below a domain that is
     * reserved for private use or that Kubernetes makes up (RFC 6761, RFC 6762, RFC 8375; "DNS for Services and Pods").
     *
     * @param field lower case, without port; an IPv6 literal in brackets
     */
    public static boolean isPrivateName(String field) {
        return field.startsWith("[")
                || isLiteral(field)
                || field.indexOf('.') < 0
                || PRIVATE_DOMAINS.stream().anyMatch(field::endsWith);
    }

    /** Whether {@code host}, as {@link #host} returns it, is an address literal. */
    public static boolean isLiteral(String host) {
        return Destination.isLiteral(host);
    }

    /** Whether it is written as loopback; nothing is looked up, so who connects must still look at the address. */
    public static boolean isLoopback(String host) {
        return isLiteral(host) ? kind(host) == AddressKind.LOOPBACK : Destination.isLocalName(host);
    }

    /** Whether it means every address of the machine. */
    public static boolean isWildcard(String host) {
        return host.equals("0.0.0.0") || host.equals("::");
    }

    /** Whether it is a literal that nothing signed is ever sent to. */
    public static boolean isForbidden(String host) {
        return isLiteral(host) && kind(host) == AddressKind.FORBIDDEN;
    }

    /** Whether it is a literal that belongs to no private network, and is not this machine. */
    public static boolean isPublic(String host) {
        return isLiteral(host) && kind(host) == AddressKind.ORDINARY && !AddressKind.isPrivate(bytes(host));
    }

    private static AddressKind kind(String literal) {
        return AddressKind.of(bytes(literal));
    }

    private static byte[] bytes(String literal) {
        IpAddress address = IpAddress.parse(literal);
        return address.v4()
                ? ByteBuffer.allocate(4).putInt((int) address.low()).array()
                : ByteBuffer.allocate(16)
                        .putLong(address.high())
                        .putLong(address.low())
                        .array();
    }
}
