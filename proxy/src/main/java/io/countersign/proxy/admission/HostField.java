package io.countersign.proxy.admission;

import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;

/** The name in a Host field (RFC 9110 section 7.2), apart from its port. */
final class HostField {
    private HostField() {}

    /** The host in lower case, an IPv6 literal in its brackets; empty when the field is not {@code host [":" port]}. */
    static Optional<String> name(String value) {
        int end;
        if (value.startsWith("[")) {
            end = value.indexOf(']') + 1;
            if (end <= 2) {
                return Optional.empty();
            }
            for (int i = 1; i < end - 1; i++) {
                char c = value.charAt(i);
                if (Character.digit(c, 16) < 0 && c != ':' && c != '.') {
                    return Optional.empty();
                }
            }
        } else {
            end = value.indexOf(':') < 0 ? value.length() : value.indexOf(':');
            for (int i = 0; i < end; i++) {
                char c = value.charAt(i);
                boolean good = (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || c == '-'
                        || c == '.'
                        || c == '_';
                if (!good) {
                    return Optional.empty();
                }
            }
        }
        return end == 0 || !isPort(value, end)
                ? Optional.empty()
                : Optional.of(value.substring(0, end).toLowerCase(Locale.ROOT));
    }

    /** The field that a client would send which connects to {@code address}. */
    static String of(InetSocketAddress address) {
        String literal = address.getAddress().getHostAddress();
        int zone = literal.indexOf('%');
        literal = zone < 0 ? literal : literal.substring(0, zone);
        return (literal.indexOf(':') < 0 ? literal : "[" + literal + "]") + ":" + address.getPort();
    }

    private static boolean isPort(String value, int from) {
        if (from == value.length()) {
            return true;
        }
        if (value.charAt(from) != ':' || value.length() - from > 6) {
            return false;
        }
        for (int i = from + 1; i < value.length(); i++) {
            if (value.charAt(i) < '0' || value.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
