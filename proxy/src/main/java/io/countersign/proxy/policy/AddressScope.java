package io.countersign.proxy.policy;

import io.countersign.proxy.net.Cidr;
import java.util.List;
import java.util.Map;

/** Where the addresses of a range are seen: an API never sees some, and sees others only through a VPC endpoint. */
public enum AddressScope {
    /** A machine's own. */
    LOOPBACK,
    /** One link's own, such as the metadata service's. */
    LINK_LOCAL,
    /** Of private networks (RFC 1918, RFC 6598, RFC 4193): {@code aws:VpcSourceIp}. */
    PRIVATE,
    /** {@code aws:SourceIp}. */
    PUBLIC,
    /** Some of several. */
    MIXED;

    private static final Map<AddressScope, List<Cidr>> RANGES = Map.of(
            LOOPBACK, ranges("127.0.0.0/8", "::1"),
            LINK_LOCAL, ranges("169.254.0.0/16", "fe80::/10"),
            PRIVATE, ranges("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"));

    private static List<Cidr> ranges(String... texts) {
        return List.of(texts).stream().map(Cidr::parse).toList();
    }

    /** Of all addresses of a range. */
    public static AddressScope of(Cidr range) {
        for (Map.Entry<AddressScope, List<Cidr>> scope : RANGES.entrySet()) {
            for (Cidr of : scope.getValue()) {
                if (of.covers(range)) {
                    return scope.getKey();
                }
                if (range.covers(of)) {
                    return MIXED;
                }
            }
        }
        return PUBLIC;
    }
}
