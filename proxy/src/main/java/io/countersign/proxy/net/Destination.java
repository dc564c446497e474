package io.countersign.proxy.net;

import java.net.InetAddress;
import java.util.regex.Pattern;

/**
 * A host as it was configured, and which addresses it may lead to; asked once it is resolved, before anything connects.
 *
 * <ul>
 *   <li>Without TLS, or without a server that is verified: loopback alone, however it is written, since a signature and a session
 *       token would be readable. Where the operator has said so, private addresses, and loopback only if it is written.
 *   <li>{@code localhost} and names below it: loopback alone (RFC 6761 section 6.3), whatever a resolver says of them.
 *   <li>Any other name: an ordinary address. A name that starts to lead to this machine or to the metadata service would
 *       hand signed requests, or credentials, to whoever controls the name.
 *   <li>An address literal: itself, which was written on purpose, unless it is forbidden.
 * </ul>
 *
 * @param host name in lower case, or address literal without brackets
 * @param within the addresses that the way is good for
 */
public record Destination(String host, Within within) {
    /** How far a connection may lead, by what protects it. */
    public enum Within {
        /** It is encrypted, and its server verified. */
        ANYWHERE,
        /** What it carries must not leave this machine. */
        LOOPBACK,
        /** It is not encrypted, and the operator trusts the network all the same. */
        PRIVATE
    }

    private static final Pattern V4 = Pattern.compile("[0-9.]+");

    /** Whether {@code host} is an address literal rather than a name. */
    public static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || V4.matcher(host).matches();
    }

    /** Whether {@code host} is a name that means this machine by its own spelling (RFC 6761 section 6.3). */
    public static boolean isLocalName(String host) {
        return host.equalsIgnoreCase("localhost") || host.regionMatches(true, host.length() - 10, ".localhost", 0, 10);
    }

    /** Whether a connection for this destination may go to {@code address}. */
    public boolean permits(InetAddress address) {
        AddressKind kind = AddressKind.of(address);
        if (within == Within.LOOPBACK || isLocalName(host)) {
            return kind == AddressKind.LOOPBACK;
        }
        if (within == Within.PRIVATE && kind == AddressKind.ORDINARY && !AddressKind.isPrivate(address.getAddress())) {
            return false;
        }
        return isLiteral(host) ? kind != AddressKind.FORBIDDEN : kind == AddressKind.ORDINARY;
    }

    /** What is wrong with an address that is not permitted, to follow "HOST resolves to ADDRESS". */
    public String reason(InetAddress address) {
        if (AddressKind.of(address) == AddressKind.ORDINARY) {
            return switch (within) {
                case ANYWHERE -> "which is not loopback, as names under localhost must be";
                case LOOPBACK ->
                    "which is not loopback, and without verified TLS the signature and the session token would be readable";
                case PRIVATE ->
                    isLocalName(host)
                            ? "which is not loopback, as names under localhost must be"
                            : "which is not a private address, and upstream.plain-http is for those alone";
            };
        }
        return "a loopback, link-local, metadata or multicast address, or one that embeds such an address";
    }
}
