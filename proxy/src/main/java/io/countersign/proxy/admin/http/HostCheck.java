package io.countersign.proxy.admin.http;

import io.countersign.proxy.net.IpAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Which {@code Host} a request may name.
 *
 * <p>A web page whose own name has been made to lead here (DNS rebinding) is of the same origin as what it reads, and its browser
 * sends neither Origin nor, over plain HTTP, Sec-Fetch-Site. What such a page cannot do is leave its name out of Host. Addresses
 * pass: kubelets send the pod's, and no name leads to an address that somebody else owns. Unspecified ones do not pass: nobody
 * owns those, and a browser that is sent to one may arrive here.
 */
final class HostCheck {
    private static final Set<IpAddress> UNSPECIFIED = Set.of(IpAddress.parse("0.0.0.0"), IpAddress.parse("::"));

    private final Supplier<Set<String>> allowed;

    /** @param allowed names in lower case, in force at a moment */
    HostCheck(Supplier<Set<String>> allowed) {
        this.allowed = allowed;
    }

    /** @param values of all Host lines of one request */
    boolean passes(List<String> values) {
        return values.stream().allMatch(this::passes);
    }

    private boolean passes(String value) {
        int end = value.startsWith("[") ? value.indexOf(']') + 1 : value.indexOf(':');
        String host = end < 0 ? value : value.substring(0, end);
        if (end >= 0 && !isPort(value.substring(end))) {
            return false;
        }
        if (value.startsWith("[")) {
            return host.length() > 2 && host.indexOf(':') > 0 && isAddress(host.substring(1, host.length() - 1));
        }
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost") || isAddress(name) || allowed.get().contains(name);
    }

    private static boolean isPort(String text) {
        return text.isEmpty() || text.matches(":\\d{0,5}");
    }

    private static boolean isAddress(String text) {
        try {
            return !UNSPECIFIED.contains(IpAddress.parse(text));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
