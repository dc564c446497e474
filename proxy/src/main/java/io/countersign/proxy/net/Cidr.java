package io.countersign.proxy.net;

import io.countersign.proxy.secrets.Quoted;
import java.util.Optional;

/**
 * An address range as RFC 4632 writes it; an address alone is a range of one.
 *
 * <p>IPv4 and IPv6 are two separate spaces: {@code ::/0} is every IPv6 caller and no IPv4 one. An IPv4-mapped range
 * ({@code ::ffff:10.0.0.0/104}) is taken as the IPv4 range that it means.
 *
 * @param network the range's first address
 * @param prefix 0 to 32, or to 128
 */
public record Cidr(IpAddress network, int prefix) {

    /**
     * Reads one address or range, strictly: no octal, no short forms, no bits set past the prefix, no zone, no name.
     *
     * @throws IllegalArgumentException whose message quotes the text and says what would be right
     */
    public static Cidr parse(String text) {
        Optional<String> other = OtherNotation.of(text);
        if (other.isPresent()) {
            throw new IllegalArgumentException(Quoted.of(text) + " " + other.get());
        }
        int slash = text.indexOf('/');
        byte[] octets = IpAddress.parseOctets(slash < 0 ? text : text.substring(0, slash));
        int width = octets.length * 8;
        int prefix = slash < 0 ? width : parsePrefix(text, text.substring(slash + 1), width);
        long high = width == 32 ? 0 : IpAddress.bits(octets, 0, 8);
        long low = width == 32 ? IpAddress.bits(octets, 0, 4) : IpAddress.bits(octets, 8, 8);
        boolean v4 = width == 32;
        if (!v4 && prefix >= 96 && IpAddress.isMapped(high, low)) {
            v4 = true;
            low &= 0xffff_ffffL;
            prefix -= 96;
        }
        Cidr cidr = new Cidr(new IpAddress(v4, high, low), prefix).widened(prefix);
        if (cidr.network.high() != high || cidr.network.low() != low) {
            throw new IllegalArgumentException(Quoted.of(text) + " has host bits set; write " + cidr
                    + " for the network, or the address without a prefix length");
        }
        return cidr;
    }

    private static int parsePrefix(String text, String digits, int width) {
        boolean plain = !digits.isEmpty()
                && digits.length() <= 3
                && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                && (digits.length() == 1 || digits.charAt(0) != '0');
        if (!plain || Integer.parseInt(digits) > width) {
            throw new IllegalArgumentException(Quoted.of(text) + " has no valid prefix length; write /0 to /" + width
                    + " after an IPv" + (width == 32 ? 4 : 6) + " address, and # before a comment");
        }
        return Integer.parseInt(digits);
    }

    /** The first {@code bits} of 64 set, where Java's shift would take 64 for 0. */
    private static long mask(int bits) {
        return bits == 0 ? 0 : -1L << (64 - bits);
    }

    /** Whether this is a range of IPv4 addresses. */
    public boolean v4() {
        return network.v4();
    }

    /** The range of this prefix length, at most this one's own, around this one. */
    public Cidr widened(int to) {
        return new Cidr(
                v4()
                        ? new IpAddress(true, 0, network.low() & mask(to + 32))
                        : new IpAddress(
                                false,
                                network.high() & mask(Math.min(to, 64)),
                                network.low() & mask(Math.max(to - 64, 0))),
                to);
    }

    /** The range's last address, inclusive. */
    public IpAddress last() {
        return v4()
                ? new IpAddress(true, 0, network.low() | (~mask(prefix + 32) & 0xffff_ffffL))
                : new IpAddress(
                        false,
                        network.high() | ~mask(Math.min(prefix, 64)),
                        network.low() | ~mask(Math.max(prefix - 64, 0)));
    }

    /** Whether {@code address} is in this range. */
    public boolean contains(IpAddress address) {
        return v4() == address.v4()
                && IpAddress.compare(network, address) <= 0
                && IpAddress.compare(address, last()) <= 0;
    }

    /** Whether every address of {@code other} is in this range. */
    public boolean covers(Cidr other) {
        return v4() == other.v4()
                && prefix <= other.prefix
                && IpAddress.compare(network, other.network) <= 0
                && IpAddress.compare(other.last(), last()) <= 0;
    }

    @Override
    public String toString() {
        return prefix == (v4() ? 32 : 128) ? network.toString() : network + "/" + prefix;
    }
}
