package io.countersign.proxy;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.admission.Admission;
import io.countersign.proxy.admission.Admitted;
import io.countersign.proxy.admission.Decision;
import io.countersign.proxy.admission.Findings;
import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.admission.Incoming;
import io.countersign.proxy.admission.PolicyCheck;
import io.countersign.proxy.admission.Refused;
import io.countersign.proxy.admission.Snapshot;
import io.countersign.proxy.caller.Attribution;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.Identity;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.fields.Via;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.rejection.HeldPayloads;
import io.countersign.proxy.rejection.RouteHealth;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.route.RouteTable;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.upstream.Upstreams;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Says what a configuration decides on a request that nobody sends, by the very checks that requests go through, those of extensions
 * among them. It asks for no credentials and connects to nothing.
 */
public final class Trial {
    private final Snapshot snapshot;
    private final Admission admission;
    private final Clock clock;

    /** What became of a request. */
    public sealed interface Result {
        /** It goes upstream; {@code policy} is empty where the route has none. */
        record Taken(Findings findings, Route route, Optional<io.countersign.proxy.policy.Decision> policy)
                implements Result {}

        /** It gets a local response. */
        record NotTaken(Findings findings, LocalResponse response) implements Result {}
    }

    /** Compiles a configuration, with guards that know nothing but it; otherwise as {@link #Trial(ProxyConfig, Clock, List)}. */
    public Trial(ProxyConfig config, Clock clock) throws StartFailure {
        this(config, clock, new Extensions(Extension.installed()).guards(config));
    }

    /**
     * Compiles a configuration.
     *
     * @param guards that are asked, as they are for trials
     * @throws StartFailure when a file that it names cannot be used
     */
    public Trial(ProxyConfig config, Clock clock, List<Guard> guards) throws StartFailure {
        this.clock = clock;
        this.admission = new Admission(new Via("countersign-trial"), clock);
        Upstreams upstreams = new Upstreams();
        List<Route> routes = new ArrayList<>();
        for (RouteConfig route : config.routes()) {
            Route.State state = new Route.State(
                    new RouteHealth(clock),
                    new HeldPayloads(route.delivery().failure().holdAtMost()));
            try {
                // Nothing is sent, so the first of several upstreams stands for all.
                routes.add(new Route(route, upstreams.prepare(route.upstream()), Optional.empty(), state));
            } catch (IOException e) {
                throw new StartFailure(
                        List.of(new ConfigFault("routes." + route.name() + ".tls.ca", String.valueOf(e.getMessage()))));
            }
        }
        snapshot = new Snapshot(
                config.access(),
                config.limits(),
                new RouteTable(routes),
                name -> Optional.ofNullable(config.credentials().get(name)).map(known -> new TrialCredentials(name)),
                guards.stream().map(Guard::forTrials).toList());
    }

    /**
     * A caller with what its request, or the connection that it comes by, would show besides.
     *
     * @param token name of one of a gateway
     * @param serviceAccount whose token it is, where there is no {@code token}
     * @param listener where it connects to, as in the configuration
     */
    public static Caller showing(
            Caller caller, Optional<String> token, Optional<String> serviceAccount, Optional<String> listener) {
        Caller known = token.map(name -> new Identity(Identity.Kind.TOKEN, name))
                .or(() -> serviceAccount.map(name -> new Identity(Identity.Kind.SERVICE_ACCOUNT, name)))
                .map(Attribution::of)
                .map(caller::attributedTo)
                .orElse(caller);
        return listener.map(known::at).orElse(known);
    }

    /** Whether nothing in a request could have it taken. */
    public static boolean isHopeless(ProxyConfig config, Verdict verdict) {
        return verdict instanceof Verdict.Denied denied
                && !(denied.isUnlisted() && config.access().asks());
    }

    /** The host that a request names if nothing is said about it. */
    public static String usualHost(ProxyConfig config) {
        TreeSet<String> hosts = new TreeSet<>(config.access().allowedHosts().names());
        return hosts.contains("localhost") ? "localhost" : hosts.first();
    }

    /**
     * Tries a request without a body.
     *
     * @param caller who sends it, by itself and not through a proxy
     * @param path as the client writes it
     * @param host value of its Host field
     * @throws IllegalArgumentException when it can't be written as a request at all
     */
    public Result request(Caller caller, String method, String path, String host) {
        HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), path);
        head.headers().set(HttpHeaderNames.HOST, host);
        Decision decision = admission.decide(
                new Incoming(head, caller, Optional.empty(), Optional.empty(), Incoming.Time.SERVING), snapshot);
        if (decision instanceof Admitted admitted) {
            Route route = admitted.route();
            return new Result.Taken(
                    admitted.findings(),
                    route,
                    PolicyCheck.decision(caller, admitted.head(), route.config(), clock.instant()));
        }
        Refused refused = (Refused) decision;
        return new Result.NotTaken(refused.findings(), refused.response());
    }
}
