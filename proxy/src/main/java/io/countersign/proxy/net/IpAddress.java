package io.countersign.proxy.net;

import io.countersign.proxy.secrets.Quoted;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IPv4 or IPv6 address as numbers. IPv4-mapped IPv6 ({@code ::ffff:a.b.c.d}) becomes IPv4 on the way in, so that a
 * dual-stack socket and an IPv4 socket show the same peer.
 *
 * <p>The parser is strict on purpose: {@code 010.0.0.1} is 8.0.0.1 to one parser and 10.0.0.1 to another, and a rule
 * must not depend on which one reads it.
 *
 * @param high upper 64 bits; 0 for IPv4
 * @param low lower 64 bits; the 32 bits of IPv4
 */
public record IpAddress(boolean v4, long high, long low) {

    /** Of an address literal, without brackets. Throws {@link IllegalArgumentException} with the reason for anything else. */
    public static IpAddress parse(String text) {
        byte[] octets = parseOctets(text);
        return octets.length == 4
                ? new IpAddress(true, 0, bits(octets, 0, 4))
                : folded(bits(octets, 0, 8), bits(octets, 8, 8));
    }

    /** Of {@link InetAddress#getAddress()}: 4 or 16 octets, in network order. */
    public static IpAddress of(InetAddress address) {
        byte[] octets = address.getAddress();
        return octets.length == 4
                ? new IpAddress(true, 0, bits(octets, 0, 4))
                : folded(bits(octets, 0, 8), bits(octets, 8, 8));
    }

    /** The same as the JDK has it. */
    public InetAddress toInetAddress() {
        ByteBuffer octets = v4
                ? ByteBuffer.allocate(4).putInt((int) low)
                : ByteBuffer.allocate(16).putLong(high).putLong(low);
        try {
            return InetAddress.getByAddress(octets.array());
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 octets are an address", e);
        }
    }

    /** RFC 4291 section 2.5.5.2: {@code ::ffff:0:0/96} holds the IPv4 addresses. */
    public static IpAddress folded(long high, long low) {
        return isMapped(high, low) ? new IpAddress(true, 0, low & 0xffff_ffffL) : new IpAddress(false, high, low);
    }

    public static boolean isMapped(long high, long low) {
        return high == 0 && low >>> 32 == 0xffffL;
    }

    /** Of one family, by number, unsigned. */
    public static int compare(IpAddress a, IpAddress b) {
        return compare(a.high, a.low, b.high, b.low);
    }

    public static int compare(long aHigh, long aLow, long bHigh, long bLow) {
        int order = Long.compareUnsigned(aHigh, bHigh);
        return order != 0 ? order : Long.compareUnsigned(aLow, bLow);
    }

    public static long bits(byte[] octets, int from, int count) {
        long bits = 0;
        for (int i = from; i < from + count; i++) {
            bits = (bits << 8) | (octets[i] & 0xff);
        }
        return bits;
    }

    /** ByteClass of a literal in network order, 4 or 16, not folded; throws with the reason for anything else. */
    public static byte[] parseOctets(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("an address is missing; write one such as 10.0.0.1 or 2001:db8::1");
        }
        if (text.indexOf('%') >= 0) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " has a zone id; write the address alone, since a zone means nothing in a rule");
        }
        return text.indexOf(':') >= 0 ? parseV6(text) : parseV4(text, text);
    }

    private static byte[] parseV4(String text, String whole) {
        byte[] octets = new byte[4];
        String[] parts = text.split("\\.", -1);
        boolean numeric = text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.');
        if (!numeric) {
            throw new IllegalArgumentException(Quoted.of(whole)
                    + " is not an address; write an IPv4 or IPv6 address or network, since names are not looked up");
        }
        if (parts.length != 4) {
            throw new IllegalArgumentException(
                    Quoted.of(whole) + " is not a full IPv4 address; write all four numbers, such as 127.0.0.1");
        }
        for (int i = 0; i < 4; i++) {
            String part = parts[i];
            if (part.length() > 1 && part.charAt(0) == '0') {
                throw new IllegalArgumentException(Quoted.of(whole)
                        + " has a leading zero, which some programs read as octal; write it without leading zeros");
            }
            if (part.isEmpty() || part.length() > 3 || Integer.parseInt(part) > 255) {
                throw new IllegalArgumentException(
                        Quoted.of(whole) + " is not an IPv4 address; write four numbers from 0 to 255");
            }
            octets[i] = (byte) Integer.parseInt(part);
        }
        return octets;
    }

    /** RFC 4291 section 2.2, all three text forms. */
    private static byte[] parseV6(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            throw notV6(text);
        }
        byte[] octets = new byte[16];
        if (gap < 0) {
            if (groups(text, true, text, octets) != 16) {
                throw notV6(text);
            }
            return octets;
        }
        int front = groups(text.substring(0, gap), false, text, octets);
        byte[] back = new byte[16];
        int length = groups(text.substring(gap + 2), true, text, back);
        // "::" stands for at least one group of zeros.
        if (front + length > 14) {
            throw notV6(text);
        }
        System.arraycopy(back, 0, octets, 16 - length, length);
        return octets;
    }

    private static int groups(String text, boolean tail, String whole, byte[] into) {
        if (text.isEmpty()) {
            return 0;
        }
        int length = 0;
        String[] parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            boolean dotted = part.indexOf('.') >= 0;
            // An embedded IPv4 address is the end of the whole address, never of the part before "::".
            if ((dotted && (i < parts.length - 1 || !tail)) || length + (dotted ? 4 : 2) > 16) {
                throw notV6(whole);
            }
            if (dotted) {
                System.arraycopy(parseV4(part, whole), 0, into, length, 4);
                length += 4;
            } else {
                if (part.isEmpty() || part.length() > 4 || !part.chars().allMatch(IpAddress::isHex)) {
                    throw notV6(whole);
                }
                int group = Integer.parseInt(part, 16);
                into[length++] = (byte) (group >> 8);
                into[length++] = (byte) group;
            }
        }
        return length;
    }

    private static boolean isHex(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    private static IllegalArgumentException notV6(String text) {
        return new IllegalArgumentException(Quoted.of(text) + " is not an IPv6 address; write one such as 2001:db8::1");
    }

    /** RFC 5952: lower case, no leading zeros, the longest run of zero groups as {@code ::}. */
    @Override
    public String toString() {
        if (v4) {
            return ((low >> 24) & 0xff) + "." + ((low >> 16) & 0xff) + "." + ((low >> 8) & 0xff) + "." + (low & 0xff);
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (int) ((i < 4 ? high : low) >>> ((3 - i % 4) * 16)) & 0xffff;
        }
        int gapAt = -1;
        int gapLength = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > gapLength) {
                gapAt = i;
                gapLength = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == gapAt) {
                text.append("::");
                i += gapLength - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
