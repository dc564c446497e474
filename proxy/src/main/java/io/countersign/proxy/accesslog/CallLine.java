package io.countersign.proxy.accesslog;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.ClientCertificate;
import io.countersign.proxy.caller.Identity;
import io.countersign.proxy.exchange.ExchangeRecord;
import java.net.InetAddress;

/**
 * Writes a call as one line of JSON, in the one form that calls have: in the access log, on disk, and where people look at them. The fields
 * are described in {@code docs/OBSERVABILITY.md}. Confined to its thread.
 */
public final class CallLine {
    private final JsonLine json = new JsonLine();

    /** A line without its end. */
    public String of(ExchangeRecord exchange) {
        return whole(json.begin(), exchange);
    }

    /** A line that begins with a number, by which calls are put in order. */
    public String of(long number, ExchangeRecord exchange) {
        return whole(json.begin().number("number", number), exchange);
    }

    private static String whole(JsonLine json, ExchangeRecord exchange) {
        ExchangeRecord.Outcome outcome = exchange.outcome();
        json.time("time", exchange.timings().startMillis()).text("id", exchange.id());
        caller(json, exchange.caller());
        exchange.verdict().ifPresent(verdict -> verdict(json, verdict));
        json.text("route", exchange.route().orElse(null));
        request(json, exchange.request());
        response(json, outcome.response());
        json.text("error", outcome.error().orElse(null))
                .text("detail", outcome.detail().orElse(null));
        upstream(json, outcome.upstream());
        json.number("request_bytes", outcome.requestBytes())
                .number("response_bytes", outcome.response().bytes());
        outcome.webSocket()
                .ifPresent(
                        how -> json.text("websocket_closed_by", how.closedBy()).number("websocket_code", how.code()));
        attempts(json, outcome.upstream());
        timings(json, exchange);
        return json.end();
    }

    /** Most callers are the socket's other end, of which there is no more to say. */
    private static void caller(JsonLine json, Caller caller) {
        json.text("client", caller.toString());
        if (caller.knownBy() != Caller.KnownBy.SOCKET) {
            json.text("client_known_by", caller.knownBy().label());
        }
        json.text(
                "certificate",
                caller.certificate().map(ClientCertificate::toString).orElse(null));
        json.text("identity", caller.identity().map(Identity::toString).orElse(null))
                .text("tenant", caller.tenant().orElse(null));
        json.text("peer", caller.peer().map(InetAddress::getHostAddress).orElse(null));
    }

    private static void verdict(JsonLine json, Verdict verdict) {
        json.text("verdict", word(verdict))
                .text("rule", verdict.by().source())
                .text("rule_text", verdict.by().text())
                .text("rule_comment", verdict.by().comment().orElse(null));
    }

    private static String word(Verdict verdict) {
        if (verdict instanceof Verdict.Denied) {
            return "denied";
        }
        return verdict instanceof Verdict.WouldDeny ? "would_deny" : "allowed";
    }

    private static void request(JsonLine json, ExchangeRecord.Request request) {
        json.text("method", request.method().orElse(null));
        json.target("path", request.path().orElse(null), request.queryNames().orElse(null));
        json.text("user_agent", request.userAgent().orElse(null))
                .text("trace_id", request.traceId().orElse(null));
    }

    private static void response(JsonLine json, ExchangeRecord.Response response) {
        json.number("status", response.status()).flag("own", response.own()).flag("complete", response.complete());
        if (response.retryAfter() > 0) {
            json.number("retry_after", response.retryAfter());
        }
    }

    private static void upstream(JsonLine json, ExchangeRecord.UpstreamResult upstream) {
        ExchangeRecord.Answer answer = upstream.answer();
        if (answer.status() != 0) {
            json.number("upstream_status", answer.status());
        }
        json.text("upstream_id", answer.requestId().orElse(null))
                .text("upstream_said", upstream.said().orElse(null))
                .text("rejection", answer.rejection().orElse(null));
        json.text("credentials", upstream.credentials().orElse(null))
                .text("access_key_id", upstream.accessKeyId().orElse(null));
        if (upstream.items().accepted() > 0 || upstream.items().refused() > 0) {
            json.number("items_accepted", upstream.items().accepted())
                    .number("items_refused", upstream.items().refused());
        }
    }

    /** The last one in fields of the call, since most calls have one; those before it under names of their own. */
    private static void attempts(JsonLine json, ExchangeRecord.UpstreamResult upstream) {
        json.number("attempts", upstream.attempts());
        int last = upstream.attempts() - 1;
        if (last < 0) {
            return;
        }
        ExchangeRecord.Attempt attempt = upstream.sent().get(last);
        json.text("upstream", attempt.upstream())
                .flag("reused", attempt.reused())
                .millis("sent_ms", attempt.sent());
        if (last > 0) {
            json.beginList("earlier");
            upstream.sent().subList(0, last).forEach(each -> earlier(json, each));
            json.endList();
        }
    }

    private static void earlier(JsonLine json, ExchangeRecord.Attempt attempt) {
        json.beginElement()
                .text("to", attempt.upstream())
                .flag("on_reused", attempt.reused())
                .millis("at_ms", attempt.sent())
                .millis("head_ms", attempt.head());
        ExchangeRecord.Answer answer = attempt.answer();
        if (answer.status() != 0) {
            json.number("answer", answer.status());
        }
        json.text("answer_id", answer.requestId().orElse(null))
                .text("rejected", answer.rejection().orElse(null))
                .text("broke", attempt.fault().orElse(null))
                .endElement();
    }

    private static void timings(JsonLine json, ExchangeRecord exchange) {
        ExchangeRecord.Timings timings = exchange.timings();
        json.millis("duration_ms", timings.total())
                .millis("wait_ms", timings.waiting())
                .millis("body_ms", timings.body())
                .millis("credentials_ms", timings.credentials())
                .millis("connect_ms", timings.connect())
                .millis("first_byte_ms", timings.firstByte())
                .millis("relay_ms", exchange.relayNanos());
    }
}
