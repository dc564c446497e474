package io.countersign.proxy.admin.http;

import io.countersign.proxy.limit.ConnectionLimit;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the connections of one server share.
 *
 * @param large requests with a body and large responses under way
 * @param streams responses that last
 * @param tooSlow clients that took nothing of a stream for too long
 */
record Service(
        Reception reception, ServerBounds limits, ConnectionLimit large, ConnectionLimit streams, LongAdder tooSlow) {
    static Service of(Reception reception, ServerBounds limits) {
        return new Service(
                reception,
                limits,
                new ConnectionLimit(limits.large(), ConnectionLimit.Giving.UNUSED),
                new ConnectionLimit(limits.streams(), ConnectionLimit.Giving.NOBODY),
                new LongAdder());
    }

    /** Of what a request takes more than a connection. */
    Optional<ConnectionLimit> limitOf(Resource resource, boolean withBody) {
        if (resource.isStream()) {
            return Optional.of(streams);
        }
        return resource.isLarge() || withBody ? Optional.of(large) : Optional.empty();
    }
}
