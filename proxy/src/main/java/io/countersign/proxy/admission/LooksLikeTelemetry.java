package io.countersign.proxy.admission;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.Set;

/**
 * Whether a request looks like an agent's write, where no route is known that could say so: a caller that fell off a list, or
 * a route that was misspelt, is an operator's slip and must not cost data.
 */
final class LooksLikeTelemetry {
    private static final Set<String> WRITES = Set.of("POST", "PUT", "PATCH");

    private static final AsciiString SEC_FETCH_SITE = AsciiString.cached("sec-fetch-site");
    private static final String SIGNATURE = "AWS4-";

    private LooksLikeTelemetry() {}

    /** A write, of no browser, and not by an AWS SDK, which signs itself and wants to know. */
    static boolean test(HttpRequest head) {
        return WRITES.contains(head.method().name())
                && !head.headers().contains(HttpHeaderNames.ORIGIN)
                && !head.headers().contains(SEC_FETCH_SITE)
                && !isSigned(head);
    }

    /** Whether the client has signed the request itself. */
    static boolean isSigned(HttpRequest head) {
        Iterator<String> values = head.headers().valueStringIterator(HttpHeaderNames.AUTHORIZATION);
        while (values.hasNext()) {
            if (values.next().regionMatches(true, 0, SIGNATURE, 0, SIGNATURE.length())) {
                return true;
            }
        }
        return false;
    }
}
