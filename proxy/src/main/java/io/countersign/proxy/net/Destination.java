package io.countersign.proxy.net;

import java.net.InetAddress;
import java.util.regex.Pattern;

/**
 * A host as it was configured, and which addresses it may lead to; asked once it is resolved, before anything connects.
 *
 * <ul>
 *   <li>Without TLS: loopback alone, however it is written, since a signature and a session token would be readable.
 *   <li>{@code localhost} and names below it: loopback alone (RFC 6761 section 6.3), whatever a resolver says of them.
 *   <li>Any other name: an ordinary address. A name that starts to lead to this machine or to the metadata service would
 *       hand signed requests, or credentials, to whoever controls the name.
 *   <li>An address literal: itself, which was written on purpose, unless it is forbidden.
 * </ul>
 *
 * @param host name in lower case, or address literal without brackets
 * @param tls whether the connection is encrypted and its server verified
 */
public record Destination(String host, boolean tls) {
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
        if (!tls || isLocalName(host)) {
            return kind == AddressKind.LOOPBACK;
        }
        return isLiteral(host) ? kind != AddressKind.FORBIDDEN : kind == AddressKind.ORDINARY;
    }

    /** What is wrong with an address that is not permitted, to follow "HOST resolves to ADDRESS". */
    public String reason(InetAddress address) {
        if (AddressKind.of(address) == AddressKind.ORDINARY) {
            return tls
                    ? "which is not loopback, as names under localhost must be"
                    : "which is not loopback, and without TLS the signature and the session token would be readable";
        }
        return "a loopback, link-local, metadata or multicast address, or one that embeds such an address";
    }
}
