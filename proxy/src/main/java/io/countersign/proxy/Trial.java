package io.countersign.proxy;

import io.countersign.proxy.admission.Admission;
import io.countersign.proxy.admission.Admitted;
import io.countersign.proxy.admission.Decision;
import io.countersign.proxy.admission.Findings;
import io.countersign.proxy.admission.Incoming;
import io.countersign.proxy.admission.PolicyCheck;
import io.countersign.proxy.admission.Refused;
import io.countersign.proxy.admission.Snapshot;
import io.countersign.proxy.caller.Caller;
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

    /**
     * Compiles a configuration.
     *
     * @throws StartFailure when a file that it names cannot be used
     */
    public Trial(ProxyConfig config, Clock clock) throws StartFailure {
        this.clock = clock;
        this.admission = new Admission(new Via("countersign-trial"), clock);
        Upstreams upstreams = new Upstreams();
        List<Route> routes = new ArrayList<>();
        for (RouteConfig route : config.routes()) {
            Route.State state = new Route.State(
                    new RouteHealth(clock),
                    new HeldPayloads(route.delivery().failure().holdAtMost()));
            try {
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
                new Extensions(Extension.installed()).guards(config));
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
        Decision decision =
                admission.decide(new Incoming(head, caller, Optional.empty(), Optional.empty(), false), snapshot);
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
