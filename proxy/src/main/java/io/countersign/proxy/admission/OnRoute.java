package io.countersign.proxy.admission;

import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.route.Route;
import java.util.List;
import java.util.Optional;

/** A request with the route that takes it, before the checks of what such a route can't send. */
record OnRoute(Head head, Route route, Incoming.Time time) {
    private static final Checks<OnRoute> CHECKS = new Checks<>(List.of(
            OnRoute::unknownExpectation,
            OnRoute::webSocket,
            OnRoute::eventStream,
            OnRoute::awsChunked,
            OnRoute::presigned,
            OnRoute::otherBucket));

    /** What the first check that refuses says. */
    Optional<LocalResponse> refusal() {
        return CHECKS.refusal(this);
    }

    private Optional<LocalResponse> unknownExpectation() {
        return Handshake.unknownExpectation(head).map(LocalResponses::expectation);
    }

    private Optional<LocalResponse> webSocket() {
        return WebSocketCheck.fault(head, route, time);
    }

    private Optional<LocalResponse> eventStream() {
        return EventStreamCheck.refusal(head, route.config());
    }

    private Optional<LocalResponse> awsChunked() {
        return UploadCheck.refusal(head, route.config());
    }

    private Optional<LocalResponse> presigned() {
        return route.signing().isPresent() && PresignedQuery.isIn(head.target())
                ? Optional.of(LocalResponses.presigned())
                : Optional.empty();
    }

    private Optional<LocalResponse> otherBucket() {
        return BucketCheck.refusal(head, route);
    }
}
