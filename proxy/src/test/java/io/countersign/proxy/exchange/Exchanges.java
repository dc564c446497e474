package io.countersign.proxy.exchange;

import io.countersign.proxy.access.Rule;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import java.net.InetAddress;
import java.util.Optional;

/** Records of calls to test with: one that went well, and what is changed of it. */
public final class Exchanges {
    /** 2026-01-02T03:04:05.006Z. */
    public static final long START = 1_767_323_045_006L;

    public static final Verdict ALLOWED = new Verdict.Allowed(new Rule("conf/allow.list:3", "127.0.0.0/8"));
    public static final Verdict DENIED = new Verdict.Denied(new Rule("conf/deny.list:7", "10.0.0.5"));

    public Caller caller = Caller.ofSocket(InetAddress.getLoopbackAddress());
    public String route = "metrics";
    public Verdict verdict = ALLOWED;
    public String method = "POST";
    public String path = "/api/v1/write";
    public String queryNames;
    public int status = 200;
    public boolean own;
    public String error;
    public String detail;
    public String rejection;
    public String credentials;
    public String accessKeyId;
    public int upstreamStatus = 200;
    public long itemsAccepted;
    public long itemsRefused;
    public boolean complete = true;
    public int attempts = 1;
    public long waitNanos = -1;
    public long totalNanos = 12_345_678;

    public static Exchanges good() {
        return new Exchanges();
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
                new ExchangeRecord.RequestLine(Optional.of(method), Optional.of(path), Optional.ofNullable(queryNames)),
                new ExchangeRecord.Outcome(
                        5000,
                        new ExchangeRecord.Response(status, own, 20, complete),
                        Optional.ofNullable(error),
                        Optional.ofNullable(detail),
                        new ExchangeRecord.UpstreamResult(
                                attempts,
                                upstreamStatus,
                                Optional.of("req-1"),
                                Optional.ofNullable(rejection),
                                Optional.ofNullable(credentials),
                                Optional.ofNullable(accessKeyId),
                                new ExchangeRecord.Items(itemsAccepted, itemsRefused))),
                new ExchangeRecord.Timings(START, waitNanos, 1_500_000, 0, 2_000, 10_000_000, totalNanos));
    }
}
