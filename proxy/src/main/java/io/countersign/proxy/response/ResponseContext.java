package io.countersign.proxy.response;

import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.limit.Place;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.secrets.Secrets;
import java.time.Clock;
import java.util.Optional;

/**
 * What all responses to one request share, of every attempt.
 *
 * @param place that the exchange has upstream
 * @param explanations shared by all loops
 */
public record ResponseContext(
        RequestFacts request,
        Route route,
        Place place,
        ClientSide client,
        UpstreamTrace trace,
        Explanations explanations,
        Clock clock) {

    /** The same for another of the route's upstreams. */
    public ResponseContext to(Route way) {
        return new ResponseContext(request, way, place, client, trace, explanations, clock);
    }

    /** What must not be shown of a response to a request with these credentials. */
    Secrets secrets(Optional<Attempt.Signed> signed) {
        return explanations.secrets(
                route, signed.map(Attempt.Signed::credentials).map(Credentials.Usable::value));
    }
}
