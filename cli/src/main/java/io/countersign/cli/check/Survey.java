package io.countersign.cli.check;

import io.countersign.cli.report.SocketSummary;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.listen.Bind;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.signing.SigningConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Goes through all credentials and routes of a configuration, a line for each finding as it comes. */
public final class Survey {
    /** Where STS is asked for routes whose requests say the region. */
    private static final String ANY_REGION = "us-east-1";

    private final ProxyConfig config;
    private final Consumer<Finding> out;
    private final Clock clock;
    private final AtomicBoolean wrong = new AtomicBoolean();

    /** @param out gets each finding */
    public Survey(ProxyConfig config, Consumer<Finding> out, Clock clock) {
        this.config = config;
        this.out = out;
        this.clock = clock;
    }

    /** Whether nothing is wrong. */
    public boolean run(Environment environment) {
        Map<String, Optional<String>> identities = new LinkedHashMap<>();
        IdentityCheck identity = new IdentityCheck(environment, clock, this::report);
        for (CredentialsConfig credentials : config.credentials().values()) {
            Optional<String> region = regionOf(credentials.name());
            // The default is always there, and need not work where nobody signs with it.
            if (region.isPresent() || !credentials.name().equals("default")) {
                identities.put(credentials.name(), identity.run(credentials, region));
            }
        }
        SocketSummary.sockets(config).forEach(socket -> report(folder(socket)));
        UpstreamCheck upstreams = new UpstreamCheck(clock);
        for (RouteConfig route : config.routes()) {
            for (RouteConfig way : route.ways()) {
                report(upstreams.run(way));
                report(signing(way, Probing.about(route, way), identities));
            }
        }
        return !wrong.get();
    }

    private static Finding folder(Bind.Unix socket) {
        String about = "listener " + socket;
        Path folder = socket.path().getParent();
        return Files.isDirectory(folder)
                ? Finding.good(about, "has its folder")
                : Finding.wrong(about, "has no folder; create " + folder + " for the user that Countersign runs as");
    }

    private Optional<String> regionOf(String credentials) {
        return config.routes().stream()
                .flatMap(route -> route.ways().stream())
                .flatMap(way -> way.signing().stream())
                .filter(signing -> signing.credentials().equals(credentials))
                .map(signing -> signing.namesRegion() ? signing.region() : ANY_REGION)
                .findFirst();
    }

    private static Finding signing(RouteConfig route, String about, Map<String, Optional<String>> identities) {
        if (route.signing().isEmpty()) {
            return Finding.good(about, "signs nothing: the caller's Authorization is passed on");
        }
        SigningConfig signing = route.signing().get();
        return identities
                .get(signing.credentials())
                .map(arn -> Finding.good(
                        about,
                        "signs for " + signing.service() + " in "
                                + signing.regions() + (signing.isAsymmetric() ? " with SigV4A" : "")
                                + " as " + arn))
                .orElseGet(() -> Finding.wrong(
                        about,
                        "cannot be relied on to sign: credentials " + signing.credentials() + " failed, see above"));
    }

    private void report(Finding finding) {
        if (finding.wrong()) {
            wrong.set(true);
        }
        out.accept(finding);
    }
}
