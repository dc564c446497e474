package io.countersign.proxy.response;

import io.countersign.proxy.rejection.RouteHealth;
import io.countersign.proxy.rejection.ServerTime;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import java.time.Instant;

/** How long the upstream asks to wait (RFC 9110 section 10.2.3). */
final class RetryAfter {
    private RetryAfter() {}

    /** In seconds, within bounds; 0 when it asks for nothing that can be read. */
    static int of(HttpResponse response, Instant now) {
        String value = response.headers().get(HttpHeaderNames.RETRY_AFTER);
        if (value == null) {
            return 0;
        }
        if (value.matches("\\d{1,9}")) {
            return RouteHealth.relayedWait(Long.parseLong(value));
        }
        return ServerTime.fromDate(value, now)
                .map(left -> RouteHealth.relayedWait(left.toSeconds()))
                .orElse(0);
    }
}
