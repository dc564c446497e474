package io.countersign.gateway.console.api;

import io.countersign.proxy.admin.http.Stream;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Optional;

/**
 * An answer: a JSON object, or a stream of events.
 *
 * @param body empty where it is a stream
 */
public record Reply(HttpResponseStatus status, Optional<Json> body, Optional<Stream> events) {
    public static Reply of(Json body) {
        return new Reply(HttpResponseStatus.OK, Optional.of(body), Optional.empty());
    }

    /** What was asked for is under way. */
    public static Reply accepted(Json body) {
        return new Reply(HttpResponseStatus.ACCEPTED, Optional.of(body), Optional.empty());
    }

    /** Server-sent events, as they come. */
    public static Reply stream(Stream events) {
        return new Reply(HttpResponseStatus.OK, Optional.empty(), Optional.of(events));
    }
}
