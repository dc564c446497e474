package io.countersign.proxy.access;

import java.net.InetAddress;

/** Allow and deny rules, compiled; immutable, and safe from any thread. */
public interface IpRules {
    /** Decides on the socket's peer; an IPv4-mapped IPv6 address counts as IPv4. */
    Verdict decide(InetAddress peer);

    /** What comes of a denial, by these rules or by a policy. */
    default AccessMode mode() {
        return AccessMode.ENFORCE;
    }
}
