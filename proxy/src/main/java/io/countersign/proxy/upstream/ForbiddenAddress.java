package io.countersign.proxy.upstream;

import java.net.InetAddress;

/**
 * Addresses that a public name must never lead to: a name that starts to resolve to the host itself or to the metadata
 * service would hand signed requests, or credentials, to whoever controls the name.
 */
public final class ForbiddenAddress {
    private ForbiddenAddress() {}

    /**
     * Whether the address is loopback, unspecified, link-local (169.254.0.0/16 with the IPv4 metadata service, fe80::/10),
     * the IPv6 metadata range fd00:ec2::/32, or one of these behind NAT64 (64:ff9b::/96, RFC 6052) or an IPv4-mapped form.
     */
    public static boolean isForbidden(InetAddress address) {
        byte[] a = address.getAddress();
        if (a.length == 4) {
            return isForbidden4(a[0] & 0xff, a[1] & 0xff);
        }
        if (address.isLoopbackAddress() || address.isAnyLocalAddress() || address.isLinkLocalAddress()) {
            return true;
        }
        if (startsWith(a, 0xfd, 0x00, 0x0e, 0xc2)) {
            return true;
        }
        boolean nat64 = startsWith(a, 0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0);
        boolean mapped = startsWith(a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff);
        return (nat64 || mapped) && isForbidden4(a[12] & 0xff, a[13] & 0xff);
    }

    private static boolean isForbidden4(int first, int second) {
        return first == 127 || first == 0 || (first == 169 && second == 254);
    }

    private static boolean startsWith(byte[] a, int... octets) {
        for (int i = 0; i < octets.length; i++) {
            if ((a[i] & 0xff) != octets[i]) {
                return false;
            }
        }
        return true;
    }
}
