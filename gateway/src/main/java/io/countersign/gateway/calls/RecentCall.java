package io.countersign.gateway.calls;

import io.countersign.proxy.access.Rule;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.ClientCertificate;
import io.countersign.proxy.exchange.ExchangeRecord;
import java.util.Optional;

/**
 * One call as it is kept.
 *
 * @param number counts up by one with each call
 * @param call with long texts cut, and without the rule itself, which would keep a whole list that was replaced long ago
 */
public record RecentCall(long number, ExchangeRecord call) {
    /** Characters of each text; a target may have several thousands. */
    static final int MAX_TEXT = 512;

    /** Objects, references, numbers, and texts that are always short. */
    private static final int FIXED_BYTES = 1024;

    static RecentCall of(long number, ExchangeRecord exchange) {
        return new RecentCall(
                number,
                new ExchangeRecord(
                        exchange.id(),
                        exchange.caller(),
                        exchange.verdict().map(RecentCall::detached),
                        exchange.route(),
                        cut(exchange.request()),
                        cut(exchange.outcome()),
                        exchange.timings()));
    }

    /** The texts of a rule are made once, when it first decides. */
    private static Verdict detached(Verdict verdict) {
        Rule by = new Rule(verdict.by().source(), verdict.by().text());
        if (verdict instanceof Verdict.Denied) {
            return new Verdict.Denied(by);
        }
        return verdict instanceof Verdict.WouldDeny ? new Verdict.WouldDeny(by) : new Verdict.Allowed(by);
    }

    private static ExchangeRecord.Request cut(ExchangeRecord.Request request) {
        return isShort(request.path()) && isShort(request.queryNames())
                ? request
                : new ExchangeRecord.Request(
                        request.method(),
                        cut(request.path()),
                        cut(request.queryNames()),
                        request.userAgent(),
                        request.traceId());
    }

    private static ExchangeRecord.Outcome cut(ExchangeRecord.Outcome outcome) {
        return isShort(outcome.detail())
                ? outcome
                : new ExchangeRecord.Outcome(
                        outcome.requestBytes(),
                        outcome.response(),
                        outcome.error(),
                        cut(outcome.detail()),
                        outcome.held(),
                        outcome.upstream(),
                        outcome.webSocket());
    }

    private static boolean isShort(Optional<String> text) {
        return text.isEmpty() || text.get().length() <= MAX_TEXT;
    }

    private static Optional<String> cut(Optional<String> text) {
        return isShort(text) ? text : Optional.of(text.get().substring(0, MAX_TEXT - 1) + '…');
    }

    /** How much memory it takes at most, roughly. */
    int bytes() {
        int characters = length(call.request().path())
                + length(call.request().queryNames())
                + length(call.request().userAgent())
                + length(call.outcome().detail())
                + length(call.outcome().upstream().said());
        int certificate = call.caller().certificate().map(RecentCall::bytes).orElse(0);
        return FIXED_BYTES + 2 * characters + certificate;
    }

    private static int length(Optional<String> text) {
        return text.map(String::length).orElse(0);
    }

    /** Calls on one connection share it, and are counted as if they did not. */
    private static int bytes(ClientCertificate certificate) {
        int characters = certificate.subject().length();
        for (String uri : certificate.names().uris()) {
            characters += uri.length();
        }
        for (String name : certificate.names().dns()) {
            characters += name.length();
        }
        return FIXED_BYTES + 2 * characters;
    }
}
