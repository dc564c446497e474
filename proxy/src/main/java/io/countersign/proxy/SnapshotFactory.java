package io.countersign.proxy;

import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.admission.Snapshot;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.credentials.CredentialsRegistry;
import io.countersign.proxy.credentials.Principal;
import io.countersign.proxy.credentials.RefreshRuntime;
import io.countersign.proxy.credentials.provider.CallerIdentity;
import io.countersign.proxy.credentials.provider.Providers;
import io.countersign.proxy.failover.Failover;
import io.countersign.proxy.failover.FailoverConfig;
import io.countersign.proxy.rejection.HeldPayloads;
import io.countersign.proxy.rejection.RouteHealth;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.route.RouteTable;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.signing.ServiceClock;
import io.countersign.proxy.signing.SignatureForm;
import io.countersign.proxy.signing.SigningConfig;
import io.countersign.proxy.upstream.Upstream;
import io.countersign.proxy.upstream.UpstreamConfig;
import io.countersign.proxy.upstream.Upstreams;
import io.countersign.sigv4.AwsCredentials;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Compiles configurations into snapshots, keeping what a reload does not change: upstreams with their pools, credentials
 * with what they have fetched, what is known of clocks. Used by one thread at a time; the look-ups are safe from any.
 */
final class SnapshotFactory implements AutoCloseable {
    private final Clock clock;
    private final Environment environment;
    private final Upstreams upstreams = new Upstreams();
    private final Map<String, ServiceClock> clocks = new ConcurrentHashMap<>();
    private final Map<String, RouteHealth> healths = new ConcurrentHashMap<>();
    private final Map<String, HeldPayloads> held = new ConcurrentHashMap<>();
    private final Map<FailoverKey, Failover> failovers = new ConcurrentHashMap<>();
    private final Function<ProxyConfig, List<Guard>> guards;
    private final CallerIdentity identity;
    private final EgressReport egress = new EgressReport();

    /** Of the routes that sign with them, by the names of credentials. */
    private volatile Map<String, String> regions = Map.of();

    private volatile CredentialsRegistry credentials;

    /** @param guards of a configuration */
    SnapshotFactory(Clock clock, Environment environment, Function<ProxyConfig, List<Guard>> guards) {
        this.clock = clock;
        this.environment = environment;
        this.guards = guards;
        this.identity = new CallerIdentity(environment, clock);
    }

    private Principal identify(CredentialsConfig config, AwsCredentials keys) {
        return identity.principal(config, keys, Optional.ofNullable(regions.get(config.name())));
    }

    private static Map<String, String> regions(ProxyConfig config) {
        Map<String, String> regions = new HashMap<>();
        ways(config)
                .forEach(way -> way.signing()
                        .filter(SigningConfig::namesRegion)
                        .ifPresent(signing -> regions.putIfAbsent(signing.credentials(), signing.region())));
        return regions;
    }

    /**
     * Compiles, and only once all is compiled, puts the parts in force. When it throws, whatever it throws, nothing has
     * changed: the upstreams and credentials of the snapshot in force go on.
     *
     * @throws StartFailure when a file that the configuration names cannot be used
     */
    Snapshot compile(ProxyConfig config) throws StartFailure {
        boolean compiled = false;
        try {
            Map<UpstreamConfig, Upstream> prepared = prepareUpstreams(config);
            CredentialsRegistry next = credentials == null
                    ? CredentialsRegistry.prepare(
                            config.credentials(),
                            RefreshRuntime.withOwnThreads(clock),
                            each -> Providers.of(each, environment),
                            this::identify)
                    : credentials.prepare(config.credentials());
            List<Route> routes = new ArrayList<>(config.routes().size());
            for (RouteConfig route : config.routes()) {
                routes.add(route(route, prepared, next));
            }
            Snapshot snapshot = new Snapshot(
                    config.access(), config.limits(), new RouteTable(routes), next::get, guards.apply(config));
            compiled = true;
            upstreams.commit();
            regions = regions(config);
            next.replace(credentials);
            credentials = next;
            forgetAllBut(config);
            egress.report(config.routes());
            return snapshot;
        } finally {
            if (!compiled) {
                upstreams.rollBack();
            }
        }
    }

    private Route route(RouteConfig route, Map<UpstreamConfig, Upstream> prepared, CredentialsRegistry all) {
        Route.State state = state(route);
        List<Route> ways = route.ways().stream()
                .map(way -> new Route(
                        way, prepared.get(way.upstream()), way.signing().map(s -> signing(way, s, all)), state))
                .toList();
        Route first = ways.get(0);
        return new Route(route, first.upstream(), first.signing(), state, ways.subList(1, ways.size()));
    }

    private static Stream<RouteConfig> ways(ProxyConfig config) {
        return config.routes().stream().flatMap(route -> route.ways().stream());
    }

    private Route.State state(RouteConfig route) {
        RouteHealth health = healths.computeIfAbsent(route.name(), name -> new RouteHealth(clock));
        // Another time is another ledger: what was held under the old one begins anew.
        HeldPayloads payloads = held.computeIfAbsent(
                heldKey(route),
                key -> new HeldPayloads(route.delivery().failure().holdAtMost()));
        Optional<Failover> failover = failoverKey(route)
                .map(key -> failovers.computeIfAbsent(
                        key,
                        one -> new Failover(one.route(), one.names(), one.config(), System::nanoTime, Math::random)));
        return new Route.State(health, payloads, failover);
    }

    /** Other upstreams, or others of their settings, are other ones of which nothing is known. */
    private record FailoverKey(String route, List<UpstreamConfig> upstreams, FailoverConfig config) {
        /** Each another one, though two may differ only in how they are reached. */
        List<String> names() {
            List<String> names = new ArrayList<>();
            for (UpstreamConfig upstream : upstreams) {
                String url = upstream.url()
                        + upstream.connect().map(to -> " by way of " + to).orElse("");
                names.add(names.contains(url) ? url + " (" + (names.size() + 1) + ")" : url);
            }
            return names;
        }
    }

    private static Optional<FailoverKey> failoverKey(RouteConfig route) {
        return route.sending()
                .standbys()
                .map(standbys -> new FailoverKey(
                        route.name(),
                        route.ways().stream().map(RouteConfig::upstream).toList(),
                        standbys.failover()));
    }

    private Map<UpstreamConfig, Upstream> prepareUpstreams(ProxyConfig config) throws StartFailure {
        Map<UpstreamConfig, Upstream> prepared = new HashMap<>();
        List<ConfigFault> faults = new ArrayList<>();
        for (RouteConfig route : ways(config).toList()) {
            try {
                prepared.put(route.upstream(), upstreams.prepare(route.upstream()));
            } catch (IOException e) {
                faults.add(new ConfigFault("routes." + route.name() + ".tls.ca", String.valueOf(e.getMessage())));
            }
        }
        if (!faults.isEmpty()) {
            throw new StartFailure(faults);
        }
        return prepared;
    }

    /** Else each reload that renames a host would leave one behind. */
    private void forgetAllBut(ProxyConfig config) {
        clocks.keySet()
                .retainAll(ways(config).map(way -> way.upstream().authority()).toList());
        healths.keySet()
                .retainAll(config.routes().stream().map(RouteConfig::name).toList());
        failovers
                .keySet()
                .retainAll(config.routes().stream()
                        .flatMap(route -> failoverKey(route).stream())
                        .toList());
        held.keySet()
                .retainAll(
                        config.routes().stream().map(SnapshotFactory::heldKey).toList());
    }

    private static String heldKey(RouteConfig route) {
        return route.name() + " " + route.delivery().failure().holdAtMost();
    }

    private Route.Signing signing(RouteConfig route, SigningConfig signing, CredentialsRegistry all) {
        return new Route.Signing(
                signing,
                SignatureForm.of(signing),
                all.get(signing.credentials())
                        .orElseThrow(() -> new IllegalStateException("a checked configuration names its credentials")),
                clocks.computeIfAbsent(route.upstream().authority(), host -> new ServiceClock(clock)));
    }

    CredentialsRegistry credentials() {
        return credentials;
    }

    /** Learnt skews in seconds by upstream host; those in force alone. */
    Map<String, Double> skews() {
        Map<String, Double> skews = new TreeMap<>();
        clocks.forEach(
                (host, serviceClock) -> skews.put(host, serviceClock.skew().toMillis() / 1000.0));
        return skews;
    }

    @Override
    public void close() {
        Optional.ofNullable(credentials).ifPresent(CredentialsRegistry::close);
    }
}
