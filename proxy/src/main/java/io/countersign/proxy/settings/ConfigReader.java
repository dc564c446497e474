package io.countersign.proxy.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import io.countersign.proxy.access.AccessConfig;
import io.countersign.proxy.access.AccessReader;
import io.countersign.proxy.access.ListRoom;
import io.countersign.proxy.access.RemoteListsReader;
import io.countersign.proxy.access.RevokedCertificates;
import io.countersign.proxy.admin.AdminConfig;
import io.countersign.proxy.admin.AdminReader;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.config.Faults;
import io.countersign.proxy.config.IdentityReader;
import io.countersign.proxy.config.Layers;
import io.countersign.proxy.config.Places;
import io.countersign.proxy.config.Reference;
import io.countersign.proxy.config.ReferredFiles;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.credentials.CredentialsReader;
import io.countersign.proxy.held.Horizons;
import io.countersign.proxy.lifecycle.DrainConfig;
import io.countersign.proxy.lifecycle.DrainReader;
import io.countersign.proxy.limit.LimitsConfig;
import io.countersign.proxy.limit.LimitsReader;
import io.countersign.proxy.limit.Preamble;
import io.countersign.proxy.listen.BindAddress;
import io.countersign.proxy.listen.ListenerConfig;
import io.countersign.proxy.listen.ListenersReader;
import io.countersign.proxy.listen.tls.ServerTlsReader;
import io.countersign.proxy.logging.LogConfig;
import io.countersign.proxy.logging.LogReader;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.Hosts;
import io.countersign.proxy.policy.ConditionKey;
import io.countersign.proxy.policy.PoliciesReader;
import io.countersign.proxy.route.HeadersReader;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.route.RouteReader;
import io.countersign.proxy.route.RouteTimes;
import io.countersign.proxy.secrets.Quoted;
import io.countersign.proxy.telemetry.TelemetryConfig;
import io.countersign.proxy.telemetry.TelemetryReader;
import io.countersign.proxy.upstream.NamesReader;
import io.countersign.proxy.upstream.UpstreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Turns a resolved configuration into records, section by section, and checks what spans sections. */
final class ConfigReader {
    private final Config defaults;
    private final Layers layers;
    private final ReferredFiles referred;
    private final Faults faults;
    private final String name;
    private final Surroundings surroundings;
    private final UnknownKeys atLeast;

    /**
     * Makes a reader.
     *
     * @param layers the load that this is part of
     * @param name of the configuration, for faults of what was not written anywhere
     * @param atLeast {@link UnknownKeys#ERROR} refuses all unknown settings, whatever the configuration says of them
     */
    ConfigReader(Layers layers, String name, Surroundings surroundings, UnknownKeys atLeast) {
        this.defaults = Reference.read();
        this.layers = layers;
        this.referred = layers.referred();
        this.faults = layers.faults();
        this.atLeast = atLeast;
        this.name = name;
        this.surroundings = surroundings;
    }

    /**
     * Reads it all; empty after any fault.
     *
     * @param hash tells what was written from others, given the routes that were read from it
     * @param advice warnings about what was read, each with the path of a setting as its place
     */
    Optional<ProxyConfig> read(
            ConfigObject countersign,
            Function<List<RouteConfig>, String> hash,
            Function<ProxyConfig, List<ConfigFault>> advice) {
        Section root = new Section("", countersign, name, faults);
        UnknownKeys unknown = unknownKeys(root, atLeast);

        layers.rejectUnknownVariables(unknown);
        List<BindAddress> bound = new ArrayList<>();
        ListenersReader addresses = new ListenersReader(
                each("listener"), unknown, new ServerTlsReader(referred, unknown, surroundings.clock()));
        List<ListenerConfig> listeners = addresses.read(root, bound);
        Optional<AdminConfig> admin = AdminReader.read(root.section("admin"), unknown, bound);
        Section limitsSection = root.section("limits");
        Preamble preamble = new Preamble(
                listeners.stream().anyMatch(each -> each.proxyProtocolFrom().isPresent()),
                listeners.stream().anyMatch(each -> each.tls().isPresent()));
        LimitsReader limitsReader = new LimitsReader(
                limitsSection, surroundings.memory(), preamble, surroundings.aside(), surroundings.lists());
        limitsSection.rejectUnknown(unknown);
        ListRoom room = new ListRoom(limitsReader.roomForLists());
        Section accessSection = root.section("access");
        PoliciesReader policies = new PoliciesReader(referred, unknown, givenByConnections(preamble), accessSection);
        RemoteListsReader remote =
                new RemoteListsReader(surroundings.copies(), region(surroundings.environment()), referred);
        AccessReader accessReader = new AccessReader(referred, room, unknown, surroundings.clock(), remote);
        AccessConfig access = accessReader.read(
                accessSection,
                new RevokedCertificates(listeners.stream()
                        .flatMap(each -> each.tls().stream())
                        .map(tls -> tls.revocations().revoked())
                        .filter(revoked -> !revoked.isEmpty())
                        .toList()));
        ListenersReader.check(bound, admin.isPresent(), access.rules(), listeners, faults);
        LimitsConfig limits = limitsReader.settle(room.taken());

        Map<String, CredentialsConfig> credentials = new CredentialsReader(
                        each("credentials"), each("role"), referred, unknown)
                .read(root.section("credentials"));
        RouteReader reader = routeReader(root, credentials.keySet(), limits, unknown);
        List<RouteConfig> routes = routes(root, listeners, access, reader, policies);
        DrainConfig drain = DrainReader.read(root.section("drain"), unknown);
        LogConfig log = LogReader.read(root.section("log"), unknown);
        Machine machine =
                new Machine(stateDir(root.section("state"), unknown), NamesReader.read(root.section("names"), unknown));
        Horizons horizons = Horizons.read(root.section("agents"), unknown);
        TelemetryConfig telemetry = TelemetryReader.read(root, routes, unknown);
        root.rejectUnknown(unknown);
        if (faults.any()) {
            return Optional.empty();
        }
        ProxyConfig config = new ProxyConfig(
                listeners,
                admin.orElseThrow(),
                access,
                limits,
                credentials,
                routes,
                new Operation(drain, log, machine, telemetry, hash.apply(routes), horizons, List.of()));
        Places places = new Places(countersign, name);
        faults.warn(advice.apply(config).stream()
                .map(warning -> new ConfigFault(accessReader.place(places.of(warning.where())), warning.what()))
                .toList());
        return Optional.of(config);
    }

    private static Optional<String> region(Environment environment) {
        return environment.get("AWS_REGION").or(() -> environment.get("AWS_DEFAULT_REGION"));
    }

    /** What becomes of unknown settings. */
    static UnknownKeys unknownKeys(Section root, UnknownKeys atLeast) {
        UnknownKeys chosen = root.choice("unknown-keys", Map.of("error", UnknownKeys.ERROR, "warn", UnknownKeys.WARN));
        return chosen == null || atLeast == UnknownKeys.ERROR ? UnknownKeys.ERROR : chosen;
    }

    /** Whether it can be written to is seen by who opens it. */
    private Optional<Path> stateDir(Section state, UnknownKeys unknown) {
        Optional<Path> dir = state.text("dir").map(referred::path);
        state.rejectUnknown(unknown);
        return dir;
    }

    /** What policies can go by that is known of a connection, without {@code policy-context}. */
    private static Set<ConditionKey> givenByConnections(Preamble preamble) {
        Set<ConditionKey> given = EnumSet.noneOf(ConditionKey.class);
        if (preamble.announced()) {
            given.add(ConditionKey.SOURCE_VPCE);
        }
        if (preamble.tls()) {
            given.add(ConditionKey.SECURE_TRANSPORT);
        }
        return given;
    }

    private RouteReader routeReader(Section root, Set<String> credentials, LimitsConfig limits, UnknownKeys unknown) {
        // Checked once here, and not once more for every route that has no times of its own.
        Section times = root.section("timeouts");
        RouteTimes.read(times, unknown);
        ConfigObject ownTimes = times.sound() ? times.object() : defaults.getObject("countersign.timeouts");
        return new RouteReader(
                each("route").withValue("timeouts", ownTimes),
                new UpstreamReader(
                        referred, new IdentityReader(referred, surroundings.clock()), surroundings.egress(), unknown),
                new HeadersReader(referred, unknown),
                credentials,
                limits,
                unknown);
    }

    private static List<RouteConfig> routes(
            Section root,
            List<ListenerConfig> listeners,
            AccessConfig access,
            RouteReader reader,
            PoliciesReader policies) {
        List<RouteConfig> routes = new ArrayList<>();
        Map<RouteConfig.Match, String> matches = new HashMap<>();
        Map<RouteConfig.Match, String> byHost = new HashMap<>();
        Section all = root.section("routes");
        for (String route : all.names()) {
            Section written = all.section(route);
            if (!all.isObject(route)) {
                continue;
            }
            PoliciesReader.Own own = policies.read(written);
            reader.read(route, written).ifPresent(read -> {
                boolean isByHost = read.sending().byHost().isPresent();
                String other = (isByHost ? byHost : matches).put(read.match(), route);
                if (other != null) {
                    all.fault(
                            route,
                            "matches exactly the same requests as routes." + other
                                    + "; give them a different path-prefix, methods or hosts");
                }
                for (String host : read.match().hosts()) {
                    if (!isByHost && !access.allowedHosts().contains(host)) {
                        written.fault(
                                "match",
                                Quoted.of(host) + " is not in access.allowed-hosts, so requests for it are"
                                        + " answered 421 before a route is looked for; add it there");
                    }
                }
                listeners.stream()
                        .flatMap(listener -> listener.bind().tcp().stream())
                        .filter(bind -> read.ways().stream()
                                .anyMatch(way -> leadsTo(bind, way.upstream().address())))
                        .findFirst()
                        .ifPresent(bind -> written.fault(
                                "upstream",
                                "leads back to this proxy's own listener " + bind
                                        + ", so every request would loop forever; write the service's own"
                                        + " address"));
                routes.add(read.with(policies.of(own, subject(read))));
            });
        }
        if (all.names().isEmpty() && all.sound() && root.sound()) {
            root.fault("routes", "has no route; write routes { NAME { upstream = \"https://...\" } }");
        }
        return routes;
    }

    private static PoliciesReader.Subject subject(RouteConfig route) {
        String host = route.upstream().hostHeader().orElse(route.upstream().host());
        return new PoliciesReader.Subject(route.name(), host, route.signing().isPresent());
    }

    /** Whether this can be seen from how both are written; a loop through what a name resolves to is found by the Via field. */
    private static boolean leadsTo(HostPort bind, HostPort upstream) {
        return bind.port() == upstream.port()
                && Hosts.isLoopback(upstream.host())
                && (bind.host().equals(upstream.host())
                        || Hosts.isWildcard(bind.host())
                        || (Hosts.isLoopback(bind.host()) && !Hosts.isLiteral(upstream.host())));
    }

    private ConfigObject each(String what) {
        return defaults.getObject("each." + what);
    }
}
