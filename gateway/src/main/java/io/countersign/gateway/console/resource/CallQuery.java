package io.countersign.gateway.console.resource;

import io.countersign.gateway.calls.Calls;
import io.countersign.gateway.calls.log.CallFilter;
import io.countersign.gateway.calls.log.FoundCalls;
import io.countersign.gateway.calls.log.Place;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Query;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which calls a request asks for, and how far the search for them has come. */
final class CallQuery {
    private static final Logger LOG = LoggerFactory.getLogger(CallQuery.class);

    private CallQuery() {}

    /** Those that narrow it, and more. */
    static String[] parameters(String... more) {
        return Stream.concat(Stream.of("route", "tenant", "caller", "status", "cause", "since"), Stream.of(more))
                .toArray(String[]::new);
    }

    static Place before(Query query) throws Problem {
        Optional<String> text = query.text("before");
        if (text.isEmpty()) {
            return Place.NEWEST;
        }
        return Place.parse(text.get())
                .orElseThrow(() -> Problem.badRequest("before is the next of an answer, or the number of a call"));
    }

    static FoundCalls find(Calls calls, CallFilter filter, Place from, int max) throws Problem {
        try {
            return calls.find(filter, from, max)
                    .orElseThrow(() -> new Problem(
                            HttpResponseStatus.SERVICE_UNAVAILABLE,
                            "somebody else searches the calls on the disk; try again in a moment"));
        } catch (IOException e) {
            LOG.warn("console: calls on the disk cannot be read: {}", e.toString());
            throw new Problem(
                    HttpResponseStatus.INTERNAL_SERVER_ERROR, "calls on the disk cannot be read; the log says why");
        }
    }

    static void searched(Json json, FoundCalls found) {
        FoundCalls.Searched searched = found.searched();
        json.with("calls", searched.calls())
                .with("bytes", searched.bytes())
                .with("back_to", searched.backTo())
                .with("all", found.next().isEmpty());
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
