package io.countersign.gateway.calls;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.exchange.ExchangeRecord;
import java.util.Optional;

/**
 * One call as it is kept: what an {@link ExchangeRecord} says, with long texts cut, and without the rule itself, which would keep a whole
 * list that was replaced long ago.
 *
 * @param number counts up by one with each call, from 0
 * @param route empty when none matched or none was looked for
 * @param ruling empty when no whole request came
 */
public record RecentCall(
        long number,
        ExchangeRecord.RequestLine request,
        Caller caller,
        Optional<String> route,
        Optional<Ruling> ruling,
        ExchangeRecord.Outcome outcome,
        Marks marks) {
    /** Characters of each text; a target may have several thousands. */
    static final int MAX_TEXT = 512;

    /** What tells the call from others: its id, as in logs, and its times. */
    public record Marks(String id, ExchangeRecord.Timings timings) {}

    static RecentCall of(long number, Optional<Ruling> ruling, ExchangeRecord exchange) {
        return new RecentCall(
                number,
                cut(exchange.request()),
                exchange.caller(),
                exchange.route(),
                ruling,
                cut(exchange.outcome()),
                new Marks(exchange.id(), exchange.timings()));
    }

    private static ExchangeRecord.RequestLine cut(ExchangeRecord.RequestLine line) {
        return isShort(line.path()) && isShort(line.queryNames())
                ? line
                : new ExchangeRecord.RequestLine(line.method(), cut(line.path()), cut(line.queryNames()));
    }

    private static ExchangeRecord.Outcome cut(ExchangeRecord.Outcome outcome) {
        return isShort(outcome.detail())
                ? outcome
                : new ExchangeRecord.Outcome(
                        outcome.requestBytes(),
                        outcome.response(),
                        outcome.error(),
                        cut(outcome.detail()),
                        outcome.upstream());
    }

    private static boolean isShort(Optional<String> text) {
        return text.isEmpty() || text.get().length() <= MAX_TEXT;
    }

    private static Optional<String> cut(Optional<String> text) {
        return isShort(text) ? text : Optional.of(text.get().substring(0, MAX_TEXT - 1) + '…');
    }

    /** Whether the client got what it wanted, as far as we know. */
    public boolean isFailed() {
        int status = outcome.response().status();
        return status >= 400 || status == 0 || !outcome.response().complete();
    }

    /** Whether rules turned it away. */
    public boolean isDenied() {
        return ruling.filter(each -> each.decision() == Ruling.Decision.DENIED).isPresent();
    }
}
