package io.countersign.proxy.admission;

import io.countersign.proxy.fields.EventStream;
import io.countersign.proxy.local.EventStreamResponses;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.route.RouteConfig;
import java.util.Optional;

/** Refuses streams of signed events on routes that sign, before anything of them is read. */
final class EventStreamCheck {
    private EventStreamCheck() {}

    static Optional<LocalResponse> refusal(Head head, RouteConfig route) {
        return route.signing().isEmpty()
                ? Optional.empty()
                : EventStream.in(head.fields()).map(EventStreamResponses::unsupported);
    }
}
