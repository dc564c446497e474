package io.countersign.cli.check;

import io.countersign.cli.check.CredentialsCheck.Resolved;
import io.countersign.cli.check.CredentialsCheck.Unresolved;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.credentials.Fetched;
import io.countersign.proxy.credentials.provider.CallerIdentity;
import io.countersign.proxy.credentials.provider.CallerIdentity.Known;
import io.countersign.proxy.credentials.provider.CallerIdentity.Unknown;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.signing.SigningConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What {@code check --probe} does: one harmless signed request for each route, a line for each finding as it comes. */
public final class Probing {
    /** For one request, from the name's addresses to the last byte of its response that is looked at. */
    private static final Duration WHOLE = Duration.ofSeconds(30);

    private final ProxyConfig config;
    private final Map<String, String> paths;
    private final Consumer<Finding> out;
    private final Clock clock;
    private final Duration whole;
    private final Map<String, CredentialsCheck.Outcome> fetched = new LinkedHashMap<>();
    private boolean good = true;

    /**
     * What is probed.
     *
     * @param paths by route: what to ask for, instead of what is harmless by the service
     * @param out gets each finding
     */
    public Probing(ProxyConfig config, Map<String, String> paths, Consumer<Finding> out, Clock clock) {
        this(config, paths, out, clock, WHOLE);
    }

    /** @param whole that one request may take */
    Probing(ProxyConfig config, Map<String, String> paths, Consumer<Finding> out, Clock clock, Duration whole) {
        this.whole = whole;
        this.config = config;
        this.paths = Map.copyOf(paths);
        this.out = out;
        this.clock = clock;
    }

    /** Whether nothing is wrong. */
    public boolean run(Environment environment) {
        for (RouteConfig route : config.routes()) {
            for (RouteConfig way : route.ways()) {
                probe(way, about(route, way), environment);
            }
        }
        return good;
    }

    /** What findings call a route, and which of its upstreams where it has several. */
    static String about(RouteConfig route, RouteConfig way) {
        return "route " + route.name()
                + (route.sending().standbys().isPresent()
                        ? ", " + way.upstream().url()
                        : "");
    }

    private void probe(RouteConfig route, String about, Environment environment) {
        HarmlessRequest request = HarmlessRequest.of(route, Optional.ofNullable(paths.get(route.name())));
        RouteProbe probe = new RouteProbe(route, about, request, clock);
        if (route.signing().isEmpty()) {
            run(probe, Optional.empty());
            return;
        }
        SigningConfig signing = route.signing().get();
        CredentialsCheck.Outcome outcome = fetched.computeIfAbsent(
                signing.credentials(), name -> fetch(config.credentials().get(name), signing, environment));
        if (outcome instanceof Resolved resolved) {
            run(probe, Optional.of(resolved.fetched()));
        } else {
            report(Finding.wrong(
                    about, "nothing was sent: credentials " + signing.credentials() + " failed, see above"));
        }
    }

    private void run(RouteProbe probe, Optional<Fetched> fetched) {
        InTime.within(whole, () -> probe.run(fetched), () -> List.of(probe.tookTooLong(whole)))
                .forEach(this::report);
    }

    /** That STS can't be asked is no fault: where an upstream is in a private network, STS may be out of reach. */
    private CredentialsCheck.Outcome fetch(
            CredentialsConfig credentials, SigningConfig signing, Environment environment) {
        String about = "credentials " + credentials.name();
        CredentialsCheck.Outcome outcome = new CredentialsCheck(environment, clock).resolve(credentials);
        if (outcome instanceof Unresolved unresolved) {
            report(Finding.wrong(about, unresolved.reason()));
            return outcome;
        }
        Fetched all = ((Resolved) outcome).fetched();
        CallerIdentity.Answer answer = new CallerIdentity(environment, clock)
                .identify(
                        credentials,
                        all.credentials(),
                        Optional.of(signing).filter(SigningConfig::namesRegion).map(SigningConfig::region));
        String whose = answer instanceof Known known
                ? known.arn() + " in account " + known.account()
                : "whose they are is not known (" + ((Unknown) answer).reason() + ")";
        report(Finding.good(about, whose + ", from " + all.provider()));
        return outcome;
    }

    private void report(Finding finding) {
        good &= !finding.wrong();
        out.accept(finding);
    }
}
