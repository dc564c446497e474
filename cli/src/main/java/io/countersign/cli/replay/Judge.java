package io.countersign.cli.replay;

import io.countersign.proxy.StartFailure;
import io.countersign.proxy.Trial;
import io.countersign.proxy.access.UserRules;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.ClientCertificate;
import io.countersign.proxy.caller.TlsClient;
import io.countersign.proxy.caller.UnixUser;
import io.countersign.proxy.config.Units;
import io.countersign.proxy.net.CommonNames;
import io.countersign.proxy.net.IpAddress;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.settings.ProxyConfig;
import java.math.BigInteger;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/** Judges logged calls by a configuration. Remembers the last verdicts, since most calls are like others. */
final class Judge {
    private static final int REMEMBERED = 10_000;
    private static final String UNIX = "unix:";
    private static final String TOKEN = "token:";
    private static final String SERVICE_ACCOUNT = "service_account:";

    private final ProxyConfig config;
    private final Trial trial;
    private final String usualHost;

    private final Map<Key, Judged> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Judged> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** All that a verdict depends on. */
    private record Key(LoggedCall.Who who, String method, String path, Optional<String> route) {}

    Judge(ProxyConfig config, Clock clock) throws StartFailure {
        this.config = config;
        this.trial = new Trial(config, clock);
        this.usualHost = Trial.usualHost(config);
    }

    Judged of(LoggedCall call) {
        LoggedCall.Asked request = call.request();
        Key key = new Key(
                call.who(), request.method(), request.path(), call.outcome().route());
        Judged judged = remembered.get(key);
        if (judged == null) {
            judged = judge(call);
            remembered.put(key, judged);
        }
        return judged.kind() == Judged.Kind.TAKEN || judged.kind() == Judged.Kind.WOULD_DENY
                ? limited(judged, request)
                : judged;
    }

    private Judged limited(Judged judged, LoggedCall.Asked request) {
        int maxTarget = config.limits().message().maxTargetBytes();
        if (request.path().length() > maxTarget) {
            return limited(
                    judged, "its path alone is longer than limits.max-target-bytes, " + Units.text((long) maxTarget));
        }
        long max = judged.route()
                .flatMap(this::route)
                .map(route -> route.conditions().maxBody())
                .orElse(Long.MAX_VALUE);
        return request.bytes() > max
                ? limited(judged, "its body is larger than the route takes, " + Units.text(max))
                : judged;
    }

    private static Judged limited(Judged judged, String why) {
        return new Judged(Judged.Kind.LIMITED, judged.route(), judged.upstream(), why);
    }

    private Judged judge(LoggedCall call) {
        Optional<Caller> caller = caller(call.who());
        if (caller.isEmpty()) {
            return Judged.unknown("the caller can't be made out of the log here");
        }
        LoggedCall.Asked request = call.request();
        try {
            Trial.Result result = trial.request(caller.get(), request.method(), request.path(), host(call));
            if (result instanceof Trial.Result.Taken taken) {
                return taken(taken);
            }
            Trial.Result.NotTaken refused = (Trial.Result.NotTaken) result;
            Verdict verdict = refused.findings().verdict();
            boolean keeps = refused.findings().keepsData();
            String why = verdict instanceof Verdict.Denied
                    ? "denied by " + verdict.by()
                    : refused.response().cause().label() + ": "
                            + refused.response().detail();
            return new Judged(
                    Judged.Kind.REFUSED,
                    refused.findings().route().map(Route::name),
                    Optional.empty(),
                    refused.response().status(keeps) + ", " + why);
        } catch (IllegalArgumentException e) {
            return Judged.unknown("its request can't be written again");
        }
    }

    private Judged taken(Trial.Result.Taken taken) {
        Optional<String> route = Optional.of(taken.route().name());
        Optional<String> upstream =
                Optional.of(taken.route().config().upstream().urlAuthority());
        if (taken.findings().verdict() instanceof Verdict.WouldDeny would) {
            return new Judged(Judged.Kind.WOULD_DENY, route, upstream, "by " + would.by());
        }
        boolean byPolicy = taken.policy()
                .filter(taken.route().config().conditions().policies()::denies)
                .isPresent();
        return new Judged(
                byPolicy ? Judged.Kind.WOULD_DENY : Judged.Kind.TAKEN,
                route,
                upstream,
                byPolicy ? "by a policy of the route" : "");
    }

    /** The log does not have it: a request of a route that goes by hosts is taken to name one of these. */
    private String host(LoggedCall call) {
        return call.outcome()
                .route()
                .flatMap(this::route)
                .flatMap(route -> route.match().hosts().stream().findFirst())
                .orElse(usualHost);
    }

    private Optional<RouteConfig> route(String name) {
        return config.routes().stream()
                .filter(route -> route.name().equals(name))
                .findFirst();
    }

    private static Optional<Caller> caller(LoggedCall.Who who) {
        Optional<Caller> caller = who.client().startsWith(UNIX)
                ? UserRules.find(who.client().substring(UNIX.length())).map(Judge::byUnixSocket)
                : address(who.client()).map(Caller::ofSocket);
        Optional<Caller> shown = who.certificate().isEmpty()
                ? caller
                : caller.flatMap(each -> certificate(who.certificate().get())
                        .map(certificate -> each.by(TlsClient.asked(Optional.of(certificate)))));
        return shown.map(each -> Trial.showing(each, name(who, TOKEN), name(who, SERVICE_ACCOUNT), Optional.empty()));
    }

    private static Caller byUnixSocket(UnixUser user) {
        return Caller.ofUnixSocket(user);
    }

    private static Optional<String> name(LoggedCall.Who who, String kind) {
        return who.identity()
                .filter(identity -> identity.startsWith(kind))
                .map(identity -> identity.substring(kind.length()));
    }

    private static Optional<InetAddress> address(String text) {
        try {
            return Optional.of(IpAddress.parse(text).toInetAddress());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** As far as the name goes that it has in a log. */
    private static Optional<ClientCertificate> certificate(String name) {
        List<String> uris = name.startsWith("spiffe://") ? List.of(name) : List.of();
        List<String> dns = name.startsWith("DNS:") ? List.of(name.substring(4)) : List.of();
        try {
            X500Principal subject = new X500Principal(uris.isEmpty() && dns.isEmpty() ? name : "");
            return Optional.of(new ClientCertificate(
                    subject.getName(),
                    new ClientCertificate.Names(CommonNames.of(subject.getEncoded()), dns, uris),
                    new X500Principal(""),
                    BigInteger.ZERO,
                    Instant.MAX));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
