package io.countersign.proxy.egress;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.config.Faults;
import io.countersign.proxy.config.ReferredFiles;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.secrets.Quoted;
import java.util.Optional;

/** Reads the setting {@code proxy}: {@code environment}, {@code none}, or a URL. For one load of a configuration. */
public final class EgressReader {
    private static final String KEY = "proxy";

    private final ReferredFiles referred;
    private final Environment environment;

    /** What the environment says; null before it was asked. */
    private Egress found;

    /** @param environment the process's */
    public EgressReader(ReferredFiles referred, Environment environment) {
        this.referred = referred;
        this.environment = environment;
    }

    /** How a route's connections to a host leave; directly after a fault. */
    public Egress read(Section route, HostPort to, boolean tls) {
        Optional<Setting> setting = route.text(KEY);
        String chosen = setting.map(Setting::text).orElse("none");
        if (chosen.equals("none")) {
            return Egress.DIRECT;
        }
        if (chosen.equals("environment")) {
            // Plain HTTP is for this machine and for private networks, whose addresses a proxy would not be held to.
            return tls ? ofEnvironment(route.faults()) : Egress.DIRECT;
        }
        Optional<Egress> own = setting.flatMap(referred::value).flatMap(url -> ofUrl(route, url));
        if (own.isEmpty()) {
            route.spoilt();
            return Egress.DIRECT;
        }
        if (!tls) {
            route.fault(
                    KEY,
                    "is never used, since the upstream is http, whose requests anybody on the way could read; take it out,"
                            + " or write an https URL");
        } else if (Egress.isNear(to.host())) {
            route.fault(KEY, "is never used, since " + to.host() + " is this machine; take it out");
        }
        return own.get();
    }

    private static Optional<Egress> ofUrl(Section route, String url) {
        try {
            return Optional.of(Egress.by(EgressProxy.parse(url.strip(), route.path(KEY))));
        } catch (IllegalArgumentException e) {
            route.fault(KEY, e.getMessage() + "; or write environment, or none");
            return Optional.empty();
        }
    }

    /** How connections by https leave that have no setting of their own. Its faults are reported once, however often it is asked for. */
    public Egress ofEnvironment(Faults faults) {
        if (found == null) {
            try {
                found = Egress.of(environment);
                found.direct()
                        .ignored()
                        .forEach(entry -> faults.warn(
                                "environment (" + Egress.DIRECT_HOSTS + ")",
                                Quoted.of(entry)
                                        + " has no effect; write a name, an address, a range such as 10.0.0.0/8, or *,"
                                        + " each with or without :PORT"));
            } catch (IllegalArgumentException e) {
                found = Egress.DIRECT;
                faults.add("environment", e.getMessage() + "; or take it out. A route does without it by proxy = none");
            }
        }
        return found;
    }
}
