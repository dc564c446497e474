package io.countersign.gateway.approval;

import io.countersign.proxy.net.Cidr;

/**
 * Those who may be one person with many addresses: a site's IPv6 network of 48 bits, or 256 IPv4 addresses. An identity is a crowd of
 * its own, since nobody has it without having been given it.
 */
final class Crowd {
    private static final int V4_NETWORK = 24;
    private static final int V6_NETWORK = 48;

    private Crowd() {}

    static String of(CallerKey caller) {
        if (caller.isIdentity()) {
            return caller.toString();
        }
        Cidr own = Cidr.parse(caller.name());
        return own.widened(own.v4() ? V4_NETWORK : V6_NETWORK).toString();
    }
}
