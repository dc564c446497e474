package io.countersign.gateway.calls;

import io.countersign.proxy.access.Rule;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.exchange.ExchangeRecord;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/** Exchanges as the proxy reports them. */
public final class Exchanges {
    private static final Rule RULE = new Rule("allow.list:3", "10.0.0.0/24");

    private Exchanges() {}

    public static Caller from(String address) {
        try {
            return Caller.ofSocket(InetAddress.getByName(address));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    public static ExchangeRecord allowed(Caller caller, String path, int status) {
        return of(caller, new Verdict.Allowed(RULE), path, status);
    }

    /** One that no entry of a list decided. */
    public static ExchangeRecord byDefault(Caller caller) {
        return of(caller, new Verdict.Allowed(new Rule(Rule.DEFAULT, "loopback may call")), "/a", 200);
    }

    /** One of a program that calls itself so. */
    public static ExchangeRecord by(String userAgent, String path, int status) {
        ExchangeRecord exchange = allowed(from("10.0.0.1"), path, status);
        ExchangeRecord.Request request = exchange.request();
        return new ExchangeRecord(
                exchange.id(),
                exchange.caller(),
                exchange.verdict(),
                exchange.route(),
                new ExchangeRecord.Request(
                        request.method(),
                        request.path(),
                        request.queryNames(),
                        Optional.of(userAgent),
                        request.traceId()),
                exchange.outcome(),
                exchange.timings());
    }

    public static ExchangeRecord denied(Caller caller, String path) {
        return of(caller, new Verdict.Denied(RULE), path, 403);
    }

    /** On a route of that name. */
    public static ExchangeRecord onRoute(String route, String address) {
        return of(from(address), new Verdict.Allowed(RULE), "/x", 200, route);
    }

    private static ExchangeRecord of(Caller caller, Verdict verdict, String path, int status) {
        return of(caller, verdict, path, status, "metrics");
    }

    private static ExchangeRecord of(Caller caller, Verdict verdict, String path, int status, String route) {
        return new ExchangeRecord(
                "0123456789abcdef",
                caller,
                Optional.of(verdict),
                Optional.of(route),
                new ExchangeRecord.Request(
                        Optional.of("POST"),
                        Optional.of(path),
                        Optional.of("a&b"),
                        Optional.of("agent/1.0"),
                        Optional.empty()),
                new ExchangeRecord.Outcome(
                        10,
                        new ExchangeRecord.Response(status, false, 20, true, 0),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        new ExchangeRecord.UpstreamResult(
                                List.of(new ExchangeRecord.Attempt(
                                        "aps.example",
                                        false,
                                        2,
                                        5,
                                        new ExchangeRecord.Answer(status, Optional.of("r-1"), Optional.empty()),
                                        Optional.empty())),
                                Optional.of("default"),
                                Optional.of("AKIDEXAMPLE"),
                                new ExchangeRecord.Items(0, 0),
                                Optional.empty())),
                new ExchangeRecord.Timings(1_000, 1, 2, 3, 4, 5, 6));
    }
}
