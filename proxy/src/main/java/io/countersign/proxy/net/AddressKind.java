package io.countersign.proxy.net;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * What an address means to a proxy that signs. This is the only table of addresses to which nothing signed may go: literals
 * in the configuration, resolved names, endpoints of credentials and {@code check} are all judged by it.
 *
 * <p>IPv6 has many ways to write an IPv4 address, and a translator on the way may turn each back into IPv4. So an address
 * that embeds a forbidden or a loopback one is forbidden itself.
 */
public enum AddressKind {
    /** An address like any other, public or private. */
    ORDINARY,

    /** This machine: 127.0.0.0/8 and ::1 (also as ::ffff:127.0.0.0/104, which is the same address to a socket). */
    LOOPBACK,

    /** Link-local, metadata, unspecified, multicast or broadcast, or one that embeds such an address. */
    FORBIDDEN;

    /** Where an IPv4 address sits in an IPv6 one whose leading bytes match; {@code xor} undoes Teredo's obfuscation. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and written in one place
    private record Embedding(int[] prefix, int prefixAt, int at, int xor) {
        boolean matches(byte[] address) {
            return startsWith(address, prefixAt, prefix);
        }

        byte[] inner(byte[] address) {
            byte[] inner = Arrays.copyOfRange(address, at, at + 4);
            for (int i = 0; i < inner.length; i++) {
                inner[i] ^= (byte) xor;
            }
            return inner;
        }
    }

    private static final List<Embedding> EMBEDDINGS = List.of(
            // ::a.b.c.d, IPv4-compatible, RFC 4291 section 2.5.5.1.
            new Embedding(new int[12], 0, 12, 0),
            // ::ffff:0:a.b.c.d, IPv4-translated, RFC 2765 section 2.1.
            new Embedding(new int[] {0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0}, 0, 12, 0),
            // 64:ff9b::a.b.c.d, NAT64, RFC 6052 section 2.1.
            new Embedding(new int[] {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0}, 0, 12, 0),
            // 2002:a.b.c.d::/48, 6to4, RFC 3056 section 2.
            new Embedding(new int[] {0x20, 0x02}, 0, 2, 0),
            // 2001:0:server:flags:port:client, Teredo, RFC 4380 section 4; the client's address is inverted.
            new Embedding(new int[] {0x20, 0x01, 0, 0}, 0, 4, 0),
            new Embedding(new int[] {0x20, 0x01, 0, 0}, 0, 12, 0xff),
            // Any prefix, then 0000:5efe or 0200:5efe: ISATAP, RFC 5214 section 6.1.
            new Embedding(new int[] {0, 0, 0x5e, 0xfe}, 8, 12, 0),
            new Embedding(new int[] {2, 0, 0x5e, 0xfe}, 8, 12, 0));

    /** The kind of a resolved address. */
    public static AddressKind of(InetAddress address) {
        return of(address.getAddress());
    }

    /**
     * The kind of an address in network order.
     *
     * @throws IllegalArgumentException when there are neither 4 nor 16 bytes
     */
    public static AddressKind of(byte[] address) {
        if (address.length == 4) {
            return ofV4(address);
        }
        if (address.length != 16) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + address.length);
        }
        return ofV6(address);
    }

    /**
     * Whether only a private network has the address: RFC 1918, RFC 6598 (which VPCs use for pods) and RFC 4193. To be asked of those
     * of kind {@link #ORDINARY}.
     */
    static boolean isPrivate(byte[] bytes) {
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        if (bytes.length != 4) {
            return (first & 0xfe) == 0xfc;
        }
        return first == 10
                || (first == 172 && (second & 0xf0) == 16)
                || (first == 192 && second == 168)
                || (first == 100 && (second & 0xc0) == 64);
    }

    private static AddressKind ofV4(byte[] address) {
        int first = address[0] & 0xff;
        int second = address[1] & 0xff;
        if (first == 127) {
            return LOOPBACK;
        }
        // "This network" (RFC 1122 section 3.2.1.3), link-local (RFC 3927; the EC2 and ECS metadata services live
        // there),
        // multicast and limited broadcast.
        boolean broadcast = startsWith(address, 0, 0xff, 0xff, 0xff, 0xff);
        boolean forbidden =
                first == 0 || (first == 169 && second == 254) || (first >= 224 && first <= 239) || broadcast;
        return forbidden ? FORBIDDEN : ORDINARY;
    }

    private static AddressKind ofV6(byte[] address) {
        if (startsWith(address, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)) {
            return LOOPBACK;
        }
        if (startsWith(address, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff)) {
            return ofV4(Arrays.copyOfRange(address, 12, 16));
        }
        boolean linkLocal = startsWith(address, 0, 0xfe) && (address[1] & 0xc0) == 0x80;
        boolean multicast = startsWith(address, 0, 0xff);
        // The EC2 metadata service is fd00:ec2::254, EKS Pod Identity fd00:ec2::23 (EC2 and EKS user guides).
        boolean metadata = startsWith(address, 0, 0xfd, 0, 0x0e, 0xc2);
        // NAT64 prefixes for local use, RFC 8215: where the IPv4 address sits depends on the network, so none is let
        // through.
        boolean localNat64 = startsWith(address, 0, 0, 0x64, 0xff, 0x9b, 0, 1);
        if (linkLocal || multicast || metadata || localNat64) {
            return FORBIDDEN;
        }
        boolean embeds = EMBEDDINGS.stream()
                .filter(form -> form.matches(address))
                .anyMatch(form -> ofV4(form.inner(address)) != ORDINARY);
        return embeds ? FORBIDDEN : ORDINARY;
    }

    private static boolean startsWith(byte[] address, int from, int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if ((address[from + i] & 0xff) != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
