package io.countersign.gateway.console.resource;

import io.countersign.gateway.calls.Calls;
import io.countersign.gateway.calls.Exchanges;
import io.countersign.proxy.Host;
import io.countersign.proxy.access.ListStatus;
import io.countersign.proxy.access.Rule;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.admission.Snapshot;
import io.countersign.proxy.caller.Attribution;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.ClientCertificate;
import io.countersign.proxy.caller.Identity;
import io.countersign.proxy.caller.TlsClient;
import io.countersign.proxy.credentials.CredentialsStatus;
import io.countersign.proxy.credentials.Principal;
import io.countersign.proxy.exchange.ExchangeRecord;
import io.countersign.proxy.failover.Condition;
import io.countersign.proxy.failover.UpstreamStatus;
import io.countersign.proxy.held.HeldData;
import io.countersign.proxy.held.Horizons;
import io.countersign.proxy.lifecycle.Lifecycle;
import io.countersign.proxy.metrics.InForce;
import io.countersign.proxy.metrics.Metrics;
import io.countersign.proxy.metrics.ProxyState;
import io.countersign.proxy.metrics.RouteReport;
import io.countersign.proxy.metrics.Vitals;
import io.countersign.proxy.rejection.Comparison;
import io.countersign.proxy.rejection.RecentRejections;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.state.StateFolder;
import io.netty.channel.EventLoopGroup;
import java.math.BigInteger;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/** What there is to show, with nothing left out. */
final class Full {
    static final Instant NOW = Instant.parse("2026-11-27T05:00:00Z");

    private Full() {}

    static ExchangeRecord exchange() {
        return exchange(NOW);
    }

    private static ExchangeRecord exchange(Instant start) {
        return new ExchangeRecord(
                "0123456789abcdef",
                caller(),
                Optional.of(new Verdict.Allowed(new Rule("allow.list:3", "10.0.0.0/24"))),
                Optional.of("metrics"),
                new ExchangeRecord.Request(
                        Optional.of("POST"),
                        Optional.of("/m"),
                        Optional.of("a&b"),
                        Optional.of("Prometheus/3.5.0"),
                        Optional.of("4bf92f3577b34da6a3ce929d0e0e4736")),
                new ExchangeRecord.Outcome(
                        10,
                        new ExchangeRecord.Response(503, true, 20, true, 2),
                        Optional.of("http_request_denied"),
                        Optional.of("AWS has refused it"),
                        Optional.of("permission"),
                        new ExchangeRecord.UpstreamResult(
                                List.of(attempt(), attempt()),
                                Optional.of("default"),
                                Optional.of("AKIDEXAMPLE"),
                                new ExchangeRecord.Items(3, 1),
                                Optional.of("not allowed"))),
                new ExchangeRecord.Timings(start.toEpochMilli(), 1000, 2000, 3000, 4000, 5000, 6000));
    }

    private static ExchangeRecord.Attempt attempt() {
        return new ExchangeRecord.Attempt(
                "aps.example",
                true,
                2000,
                5000,
                new ExchangeRecord.Answer(403, Optional.of("r-1"), Optional.of("permission")),
                Optional.of("connection_terminated"));
    }

    /** One that was relayed, which a response of our own is not. */
    static ExchangeRecord relayed() {
        return Exchanges.allowed(caller(), "/m", 200);
    }

    private static Caller caller() {
        ClientCertificate certificate = new ClientCertificate(
                "CN=agent",
                new ClientCertificate.Names(List.of("agent"), List.of(), List.of()),
                new X500Principal("CN=ca"),
                BigInteger.ONE,
                NOW);
        return new Caller(
                Optional.of(InetAddress.getLoopbackAddress()),
                Optional.empty(),
                Caller.KnownBy.FORWARDED,
                new Caller.Way(Optional.empty(), Optional.of(InetAddress.getLoopbackAddress()), Optional.empty()),
                Optional.of(TlsClient.asked(Optional.of(certificate))),
                Attribution.of(new Identity(Identity.Kind.TOKEN, "agent")).and(Attribution.ofTenant("payments")));
    }

    static Calls calls() {
        Calls calls = new Calls(0);
        calls.watch(4);
        for (int i = 0; i < 3; i++) {
            calls.finished(i == 1 ? relayed() : exchange());
        }
        return calls;
    }

    /** @param failing whether it has not healed yet */
    static RouteReport report(boolean failing) {
        return new RouteReport(
                "metrics",
                Optional.of(NOW),
                Optional.of(new RouteReport.Run(
                        "permission",
                        NOW,
                        NOW,
                        7,
                        failing ? Optional.of(NOW) : Optional.empty(),
                        failing ? Optional.empty() : Optional.of(NOW))),
                0,
                Optional.of(new RecentRejections.Entry(
                        NOW,
                        "r-1",
                        "permission",
                        new RecentRejections.Signer("default", "AKIDEXAMPLE"),
                        "the role lacks aps:RemoteWrite",
                        Optional.of(comparison()))),
                List.of(new UpstreamStatus("https://abc.example/prod", Condition.CLOSED, true, 7, Map.of())));
    }

    private static Comparison comparison() {
        return new Comparison(
                Set.of(Comparison.Text.CANONICAL_REQUEST),
                List.of(new Comparison.Part(
                        Comparison.Text.CANONICAL_REQUEST, "path", Optional.of("/a"), Optional.of("/b"), true)),
                1);
    }

    /** Just before {@link Ask} asks. */
    static HeldData held() {
        HeldData held = new HeldData();
        held.finished(exchange(Ask.TIME.minusSeconds(60)));
        return held;
    }

    static Host host(ProxyConfig config) {
        ProxyState state = new ProxyState(
                () -> new Vitals(1, 2, 3, new Vitals.Buffered(4, 5), new Vitals.Upstreams(6, 7, 8)),
                () -> List.of(new CredentialsStatus(
                        "assumed",
                        "assume-role",
                        "default",
                        true,
                        Optional.of(NOW),
                        new CredentialsStatus.Fetches(1, 2, Optional.of(NOW), Optional.of("not authorized")),
                        new Principal(
                                Optional.of("arn:aws:sts::123456789012:assumed-role/agent/x"),
                                Optional.of("123456789012"),
                                "no answer"))),
                Map::of,
                Map::of,
                List::of,
                () -> new InForce("", Map.of(), 1, 1, Horizons.DEFAULT),
                Map::of);
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        Host.Inside inside = new Host.Inside(
                NOW,
                () -> List.of("http://127.0.0.1:8005"),
                new Lifecycle(),
                state,
                new Metrics("test", state, clock),
                () -> List.of(new ListStatus("s3://lists/allow", Optional.of(NOW), 1)));
        return new Host() {
            @Override
            public EventLoopGroup loops() {
                throw new AssertionError("not asked for");
            }

            @Override
            public ProxyConfig config() {
                return config;
            }

            @Override
            public Snapshot snapshot() {
                throw new AssertionError("not asked for");
            }

            @Override
            public void reload() {}

            @Override
            public Optional<StateFolder> state() {
                return Optional.empty();
            }

            @Override
            public Clock clock() {
                return clock;
            }

            @Override
            public Inside inside() {
                return inside;
            }
        };
    }
}
