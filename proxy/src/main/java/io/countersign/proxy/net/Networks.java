package io.countersign.proxy.net;

import java.net.InetAddress;
import java.util.List;

/**
 * The few address ranges that a setting names, such as those of load balancers. They are looked through one by one, so a setting
 * has at most {@link #MAX}; lists of callers are tables of their own.
 */
public record Networks(List<Cidr> ranges) {
    /** A content network publishes about two hundred. */
    public static final int MAX = 256;

    public static final Networks NONE = new Networks(List.of());

    public Networks {
        ranges = List.copyOf(ranges);
    }

    /** Whether one of the ranges has {@code address}. */
    public boolean contains(IpAddress address) {
        for (Cidr range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** As {@link #contains(IpAddress)}; the zone of a link-local address counts for nothing. */
    public boolean contains(InetAddress address) {
        return !ranges.isEmpty() && contains(IpAddress.of(address));
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }
}
