package io.countersign.proxy.listen;

import java.util.Locale;

/** Why a connection to a listener with {@code proxy-protocol = required} is closed without a word. */
public enum HeaderFault {
    PROXY_PEER(
            "its address is not in proxy-protocol-from: if it is a load balancer of yours, add it there; other callers need a"
                    + " listener without proxy-protocol"),
    PROXY_HEADER_LATE(
            "no whole PROXY header came within 2 s: switch the PROXY protocol on in the load balancer (send-proxy-v2 in HAProxy,"
                    + " proxy_protocol_v2.enabled for a target group of an NLB), or set proxy-protocol = off"),
    PROXY_HEADER_MALFORMED(
            "what it began with is not a PROXY header of version 1 or 2: switch the PROXY protocol on in the load balancer, or"
                    + " set proxy-protocol = off"),
    PROXY_HEADER_TWICE(
            "a second PROXY header followed the first: only one load balancer on the way may send it, or a client tries to name"
                    + " another address as its own"),
    PROXY_HEADER_LIMIT("too many connections wait for their PROXY header: the load balancer opens them and sends none");

    private final String advice;

    HeaderFault(String advice) {
        this.advice = advice;
    }

    /** As in metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What is wrong and what to do, to follow "closed: ". */
    String advice() {
        return advice;
    }
}
