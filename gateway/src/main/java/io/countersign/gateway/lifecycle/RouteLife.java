package io.countersign.gateway.lifecycle;

import io.countersign.proxy.route.RouteConfig.SetHeader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One route's life.
 *
 * @param draftFor callers that a draft answers
 * @param deprecation of a deprecated route; empty for any other
 * @param successor URL of what is to be used in place of a deprecated or retired route
 * @param retireFinal from when on a retired route answers 410, on which agents drop what they hold; empty: never
 */
public record RouteLife(
        String route,
        State state,
        About about,
        DraftCallers draftFor,
        Optional<Deprecation> deprecation,
        Optional<String> successor,
        Optional<Instant> retireFinal) {
    /** What every response of the route says of its end (RFC 9745, RFC 8594, RFC 5829). */
    public List<SetHeader> fields() {
        List<SetHeader> fields = new ArrayList<>();
        deprecation.ifPresent(end -> fields.addAll(end.fields()));
        successor.ifPresent(
                url -> fields.add(new SetHeader("Link", "<" + url + ">; rel=\"successor-version\"", false)));
        return List.copyOf(fields);
    }
}
