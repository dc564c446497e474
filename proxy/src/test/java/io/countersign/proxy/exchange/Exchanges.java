package io.countersign.proxy.exchange;

import io.countersign.proxy.access.Rule;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Records of calls to test with: one that went well, and what is changed of it. */
public final class Exchanges {
    /** 2026-01-02T03:04:05.006Z. */
    public static final long START = 1_767_323_045_006L;

    public static final Verdict ALLOWED = new Verdict.Allowed(new Rule("conf/allow.list:3", "127.0.0.0/8"));
    public static final Verdict DENIED = new Verdict.Denied(new Rule("conf/deny.list:7", "10.0.0.5"));

    private static final String UPSTREAM = "aps.example";

    public Caller caller = Caller.ofSocket(InetAddress.getLoopbackAddress());
    public String route = "metrics";
    public Verdict verdict = ALLOWED;
    public String method = "POST";
    public String path = "/api/v1/write";
    public String queryNames;
    public String userAgent;
    public String traceId;
    public int status = 200;
    public boolean own;
    public String error;
    public String detail;
    public String held;
    public String rejection;
    public String credentials;
    public String accessKeyId;
    public int upstreamStatus = 200;
    public String said;
    public int retryAfter;
    public ExchangeRecord.WebSocket webSocket;
    public long itemsAccepted;
    public long itemsRefused;
    public boolean complete = true;
    public int attempts = 1;
    public long waitNanos = -1;
    public long startMillis = START;
    public long totalNanos = 12_345_678;

    public static Exchanges good() {
        return new Exchanges();
    }

    /** A WebSocket of an hour. */
    public static Exchanges webSocket(String closedBy, int code) {
        Exchanges exchange = new Exchanges();
        exchange.method = "GET";
        exchange.status = 101;
        exchange.upstreamStatus = 101;
        exchange.totalNanos = 3_600_000_000_000L;
        exchange.webSocket = new ExchangeRecord.WebSocket(closedBy, code);
        return exchange;
    }

    public static Exchanges denied() {
        Exchanges exchange = new Exchanges();
        exchange.route = null;
        exchange.verdict = DENIED;
        exchange.status = 403;
        exchange.own = true;
        exchange.error = "http_request_denied";
        exchange.detail = "denied by conf/deny.list:7";
        exchange.upstreamStatus = 0;
        exchange.attempts = 0;
        return exchange;
    }

    public ExchangeRecord build() {
        return new ExchangeRecord(
                "00c0ffee00c0ffee",
                caller,
                Optional.of(verdict),
                Optional.ofNullable(route),
                new ExchangeRecord.Request(
                        Optional.of(method),
                        Optional.of(path),
                        Optional.ofNullable(queryNames),
                        Optional.ofNullable(userAgent),
                        Optional.ofNullable(traceId)),
                new ExchangeRecord.Outcome(
                        5000,
                        new ExchangeRecord.Response(status, own, 20, complete, retryAfter),
                        Optional.ofNullable(error),
                        Optional.ofNullable(detail),
                        Optional.ofNullable(held),
                        new ExchangeRecord.UpstreamResult(
                                sent(),
                                Optional.ofNullable(credentials),
                                Optional.ofNullable(accessKeyId),
                                new ExchangeRecord.Items(itemsAccepted, itemsRefused),
                                Optional.ofNullable(said)),
                        Optional.ofNullable(webSocket)),
                new ExchangeRecord.Timings(startMillis, waitNanos, 1_500_000, 0, 2_000, 10_000_000, totalNanos));
    }

    /** All but the last break off. */
    private List<ExchangeRecord.Attempt> sent() {
        List<ExchangeRecord.Attempt> sent = new ArrayList<>();
        for (int i = 1; i < attempts; i++) {
            sent.add(new ExchangeRecord.Attempt(
                    UPSTREAM,
                    true,
                    500_000,
                    -1,
                    new ExchangeRecord.Answer(0, Optional.empty(), Optional.empty()),
                    Optional.of("connection_terminated")));
        }
        if (attempts > 0) {
            sent.add(new ExchangeRecord.Attempt(
                    UPSTREAM,
                    false,
                    2_000_000,
                    12_000_000,
                    new ExchangeRecord.Answer(upstreamStatus, Optional.of("req-1"), Optional.ofNullable(rejection)),
                    Optional.empty()));
        }
        return sent;
    }
}
