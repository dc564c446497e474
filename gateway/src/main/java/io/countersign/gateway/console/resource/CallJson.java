package io.countersign.gateway.console.resource;

import io.countersign.gateway.calls.RecentCall;
import io.countersign.gateway.calls.Ruling;
import io.countersign.gateway.console.api.Json;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.exchange.ExchangeRecord;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** One call, under the names that the access log has. */
final class CallJson {
    private static final double MILLI = 1e6;
    private static final double MICRO = 1e3;

    private CallJson() {}

    static Json write(Json json, RecentCall call) {
        ExchangeRecord.Outcome outcome = call.outcome();
        json.with("number", call.number())
                .with("id", call.marks().id())
                .with("time", Instant.ofEpochMilli(call.marks().timings().startMillis()));
        caller(json, call.caller());
        call.ruling().ifPresent(ruling -> ruling(json, ruling));
        json.with("route", call.route())
                .with("method", call.request().method())
                .with("path", path(call.request()))
                .with("status", outcome.response().status())
                .with("own", outcome.response().own())
                .with("complete", outcome.response().complete())
                .with("error", outcome.error())
                .with("detail", outcome.detail());
        upstream(json, outcome.upstream());
        json.with("request_bytes", outcome.requestBytes())
                .with("response_bytes", outcome.response().bytes());
        timings(json, call.marks().timings());
        return json;
    }

    private static void caller(Json json, Caller caller) {
        json.with("client", caller.toString());
        if (caller.knownBy() != Caller.KnownBy.SOCKET) {
            json.with("client_known_by", caller.knownBy().label());
        }
        json.with("identity", caller.identity())
                .with("tenant", caller.tenant())
                .with("certificate", caller.certificate())
                .with("peer", caller.peer().map(InetAddress::getHostAddress));
    }

    static void ruling(Json json, Ruling ruling) {
        json.with("verdict", ruling.decision().name().toLowerCase(Locale.ROOT))
                .with("rule", ruling.rule())
                .with("rule_text", ruling.text());
    }

    private static Optional<String> path(ExchangeRecord.RequestLine request) {
        return request.path()
                .map(path ->
                        path + request.queryNames().map(names -> "?" + names).orElse(""));
    }

    private static void upstream(Json json, ExchangeRecord.UpstreamResult upstream) {
        if (upstream.status() != 0) {
            json.with("upstream_status", upstream.status());
        }
        json.with("upstream_id", upstream.requestId())
                .with("rejection", upstream.rejection())
                .with("credentials", upstream.credentials())
                .with("access_key_id", upstream.accessKeyId());
        if (upstream.items().accepted() > 0 || upstream.items().refused() > 0) {
            json.with("items_accepted", upstream.items().accepted())
                    .with("items_refused", upstream.items().refused());
        }
        json.with("attempts", upstream.attempts());
    }

    private static void timings(Json json, ExchangeRecord.Timings timings) {
        millis(json, "duration_ms", timings.total());
        millis(json, "wait_ms", timings.waiting());
        millis(json, "body_ms", timings.body());
        millis(json, "credentials_ms", timings.credentials());
        millis(json, "connect_ms", timings.connect());
        millis(json, "first_byte_ms", timings.firstByte());
    }

    /** To the microsecond; left out where the phase was not reached. */
    private static void millis(Json json, String name, long nanos) {
        if (nanos >= 0) {
            json.number(name, Math.round(nanos / MICRO) * MICRO / MILLI);
        }
    }
}
