package io.countersign.gateway.console.resource;

import io.countersign.gateway.calls.CallFilter;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Query;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** Which calls a request asks for. */
final class CallQuery {
    private CallQuery() {}

    /** Those that narrow it, and more. */
    static String[] parameters(String... more) {
        return Stream.concat(Stream.of("route", "tenant", "caller", "status", "cause", "since"), Stream.of(more))
                .toArray(String[]::new);
    }

    static CallFilter filter(Query query) throws Problem {
        CallFilter filter = new CallFilter();
        query.text("id").ifPresent(filter::id);
        query.text("route").ifPresent(filter::route);
        query.text("tenant").ifPresent(filter::tenant);
        query.text("caller").ifPresent(filter::caller);
        query.text("cause").ifPresent(filter::cause);
        Optional<String> status = query.text("status");
        if (status.isPresent() && !CallFilter.isStatus(status.get())) {
            throw Problem.badRequest(
                    "status is a number such as 403, a class such as 5xx, 0 for calls without an answer, or failed");
        }
        status.ifPresent(filter::status);
        Optional<Instant> since = query.time("since");
        since.ifPresent(filter::since);
        return filter;
    }
}
