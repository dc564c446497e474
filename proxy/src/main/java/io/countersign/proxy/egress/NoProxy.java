package io.countersign.proxy.egress;

import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.Hosts;
import io.countersign.proxy.net.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Hosts that are reached without the proxy, as {@code NO_PROXY} lists them: separated by commas or spaces, each a name, an
 * address, a range of addresses or {@code *}, with or without a port.
 *
 * <p>A name stands for itself and for all names below it, whether a dot, or {@code *.}, is written before it or not, as it does
 * for curl. Addresses and ranges are compared with literals alone: no name is looked up, which is the proxy's to do.
 *
 * @param ignored entries that are none of these, as written
 */
public record NoProxy(List<Entry> entries, List<String> ignored) {
    static final NoProxy NOTHING = new NoProxy(List.of(), List.of());

    /** One of the hosts, or a group of them. */
    sealed interface Entry {
        boolean covers(HostPort to);
    }

    /** Every host. */
    private record Everything(int port) implements Entry {
        @Override
        public boolean covers(HostPort to) {
            return isPort(port, to);
        }
    }

    /** A name, and the names below it. */
    private record Domain(String name, int port) implements Entry {
        @Override
        public boolean covers(HostPort to) {
            String host = to.host();
            return isPort(port, to) && !Hosts.isLiteral(host) && (host.equals(name) || host.endsWith("." + name));
        }
    }

    /** Addresses that are written as such. */
    private record Range(Cidr cidr, int port) implements Entry {
        @Override
        public boolean covers(HostPort to) {
            return isPort(port, to) && Hosts.isLiteral(to.host()) && cidr.contains(IpAddress.parse(to.host()));
        }
    }

    public NoProxy {
        entries = List.copyOf(entries);
        ignored = List.copyOf(ignored);
    }

    /** Reads the value of the variable. */
    public static NoProxy parse(String text) {
        List<Entry> entries = new ArrayList<>();
        List<String> ignored = new ArrayList<>();
        for (String each : text.split("[,\\s]+", -1)) {
            if (!each.isEmpty()) {
                entry(each.toLowerCase(Locale.ROOT)).ifPresentOrElse(entries::add, () -> ignored.add(each));
            }
        }
        return new NoProxy(entries, ignored);
    }

    private static Optional<Entry> entry(String text) {
        try {
            // An IPv6 literal is written without brackets where no port follows it.
            boolean bareV6 = !text.startsWith("[") && text.indexOf(':') != text.lastIndexOf(':');
            int colon = bareV6 ? -1 : text.indexOf(':', text.lastIndexOf(']') + 1);
            int port = colon < 0 ? 0 : port(text.substring(colon + 1));
            String host = colon < 0 ? text : text.substring(0, colon);
            if (host.equals("*")) {
                return Optional.of(new Everything(port));
            }
            String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
            if (bare.indexOf('/') >= 0 || bare.indexOf(':') >= 0) {
                return Optional.of(new Range(range(bare), port));
            }
            String name = Hosts.host(bare.startsWith("*.") ? bare.substring(2) : bare.replaceFirst("^\\.", ""));
            return Optional.of(Hosts.isLiteral(name) ? new Range(Cidr.parse(name), port) : new Domain(name, port));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static int port(String digits) {
        if (!digits.matches("[1-9]\\d{0,4}") || Integer.parseInt(digits) > 65_535) {
            throw new IllegalArgumentException("not a port");
        }
        return Integer.parseInt(digits);
    }

    /** Bits past the prefix are passed over, as other readers of the variable do. */
    private static Cidr range(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || text.startsWith("::ffff:")) {
            return Cidr.parse(text);
        }
        Cidr address = Cidr.parse(text.substring(0, slash));
        String digits = text.substring(slash + 1);
        if (!digits.matches("\\d{1,3}") || Integer.parseInt(digits) > address.prefix()) {
            throw new IllegalArgumentException("not a prefix");
        }
        return address.widened(Integer.parseInt(digits));
    }

    /** @param port of an entry; 0: any */
    private static boolean isPort(int port, HostPort to) {
        return port == 0 || port == to.port();
    }

    /** Whether a host is reached without the proxy. */
    boolean covers(HostPort to) {
        return entries.stream().anyMatch(entry -> entry.covers(to));
    }
}
