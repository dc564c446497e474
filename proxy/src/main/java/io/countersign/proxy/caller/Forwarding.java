package io.countersign.proxy.caller;

import io.countersign.proxy.net.IpAddress;
import io.countersign.proxy.net.Networks;
import io.countersign.proxy.secrets.Quoted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the caller in the fields of a request that trusted proxies have passed on: each has added at the right whom it got the
 * request from. What stands at the left of the first address that is not trusted, that caller may have written itself: it is neither
 * believed nor judged.
 *
 * <p>What can't be read up to there is refused and not guessed. A proxy that is trusted and then says {@code unknown} would else lend
 * its callers an address of its own, which may be allowed.
 */
public final class Forwarding {
    public static final String FORWARDED_FOR = "X-Forwarded-For";
    public static final String FORWARDED = "Forwarded";

    private final Networks trusted;

    /** @param trusted the proxies whose word counts */
    public Forwarding(Networks trusted) {
        this.trusted = trusted;
    }

    /** What the fields say. */
    public sealed interface Result {
        /** They are not there: the proxy calls for itself. */
        record Nobody() implements Result {}

        /** @param through trusted proxies that stand right of it, each once: those that the request has passed since */
        record Named(IpAddress address, Set<IpAddress> through) implements Result {
            public Named {
                through = Set.copyOf(through);
            }

            private Named and(Named other) {
                Set<IpAddress> all = new HashSet<>(through);
                all.addAll(other.through);
                return new Named(address, all);
            }
        }

        /** @param why in one sentence */
        record Unclear(String why) implements Result {}
    }

    /**
     * The caller, as a trusted peer and the proxies before it have written it down.
     *
     * @param forwardedFor values of the field {@code X-Forwarded-For}, in their order
     * @param forwarded of {@code Forwarded}
     */
    public Result caller(List<String> forwardedFor, List<String> forwarded) {
        Result one = forwardedFor.isEmpty() ? new Result.Nobody() : farthest(FORWARDED_FOR, nodes(forwardedFor));
        if (forwarded.isEmpty()) {
            return one;
        }
        List<String> nodes = new ArrayList<>();
        for (String value : forwarded) {
            Optional<List<String>> read = ForwardedElements.nodes(value);
            if (read.isEmpty()) {
                return new Result.Unclear("the field Forwarded is not written as RFC 7239 has it: " + Quoted.of(value));
            }
            nodes.addAll(read.get());
        }
        Result other = farthest(FORWARDED, nodes);
        if (one instanceof Result.Nobody || other instanceof Result.Unclear) {
            return other;
        }
        if (one instanceof Result.Named said
                && other instanceof Result.Named alsoSaid
                && said.address().equals(alsoSaid.address())) {
            return said.and(alsoSaid);
        }
        // A proxy that writes only one of them passes on the other as its client sent it.
        return one instanceof Result.Unclear
                ? one
                : new Result.Unclear(
                        "X-Forwarded-For and Forwarded name different callers; let the proxy remove the one that it does not"
                                + " write");
    }

    private static List<String> nodes(List<String> values) {
        List<String> nodes = new ArrayList<>();
        for (String value : values) {
            for (String node : value.split(",", -1)) {
                nodes.add(trimmed(node));
            }
        }
        return nodes;
    }

    /** The first from the right that is not trusted; the leftmost if all are. */
    private Result farthest(String field, List<String> nodes) {
        Set<IpAddress> through = new HashSet<>();
        IpAddress address = null;
        for (int i = nodes.size() - 1; i >= 0; i--) {
            if (address != null) {
                through.add(address);
            }
            try {
                address = address(field, nodes.get(i));
            } catch (IllegalArgumentException e) {
                return new Result.Unclear("entry " + (nodes.size() - i) + " from the right of the field " + field
                        + " names no caller: " + e.getMessage());
            }
            if (!trusted.contains(address)) {
                break;
            }
        }
        return new Result.Named(address, through);
    }

    /**
     * An address, or one with a port: {@code 10.0.0.1}, {@code 10.0.0.1:4711}, {@code [2001:db8::1]}, {@code [2001:db8::1]:4711}. In
     * {@code X-Forwarded-For} IPv6 may go without brackets, and has no port then.
     */
    private static IpAddress address(String field, String node) {
        if (node.startsWith("[")) {
            int end = node.indexOf(']');
            int colon = node.indexOf(':');
            if (end < 0 || colon < 0 || colon > end || !isPortOrNothing(node, end + 1)) {
                throw new IllegalArgumentException(Quoted.of(node) + " is not an address in brackets");
            }
            return IpAddress.parse(node.substring(1, end));
        }
        int colon = node.indexOf(':');
        boolean v6 = colon >= 0 && node.indexOf(':', colon + 1) >= 0;
        if (v6 && field.equals(FORWARDED)) {
            throw new IllegalArgumentException(Quoted.of(node) + " has no brackets, which IPv6 has in this field");
        }
        if (colon < 0 || v6) {
            return IpAddress.parse(node);
        }
        if (!isPortOrNothing(node, colon)) {
            throw new IllegalArgumentException(Quoted.of(node) + " has no valid port");
        }
        return IpAddress.parse(node.substring(0, colon));
    }

    private static boolean isPortOrNothing(String node, int from) {
        if (from == node.length()) {
            return true;
        }
        int digits = node.length() - from - 1;
        if (node.charAt(from) != ':' || digits < 1 || digits > 5) {
            return false;
        }
        int port = 0;
        for (int i = from + 1; i < node.length(); i++) {
            char c = node.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
            port = port * 10 + c - '0';
        }
        return port <= 65_535;
    }

    /** Without the spaces and tabs around it, and no other white space (RFC 9110 section 5.6.3). */
    private static String trimmed(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && ForwardedElements.isBlank(text.charAt(from))) {
            from++;
        }
        while (from < to && ForwardedElements.isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }
}
