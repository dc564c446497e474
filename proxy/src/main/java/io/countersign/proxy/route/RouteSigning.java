package io.countersign.proxy.route;

import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.credentials.NamedCredentials;
import io.countersign.proxy.rejection.RouteHealth;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Which routes can sign at a moment: a metric and {@code /readyz?signing}, never plain readiness. */
public final class RouteSigning {
    private RouteSigning() {}

    /** By route that signs: whether it has credentials. */
    public static Map<String, Boolean> able(RouteTable table) {
        Map<String, Boolean> able = new TreeMap<>();
        for (Route route : table.routes()) {
            if (route.signing().isPresent()) {
                able.put(route.name(), missing(route).isEmpty());
            }
        }
        return able;
    }

    /** Why routes cannot sign. */
    public static Map<String, String> unable(RouteTable table) {
        Map<String, String> unable = new TreeMap<>();
        for (Route route : table.routes()) {
            missing(route).ifPresent(why -> unable.put(route.name(), why));
        }
        return unable;
    }

    /** Why it has credentials for none of its upstreams. */
    private static Optional<String> missing(Route route) {
        Set<String> why = new LinkedHashSet<>();
        for (Route way : route.ways()) {
            if (way.signing().isEmpty()) {
                return Optional.empty();
            }
            NamedCredentials credentials = way.signing().get().credentials();
            if (!(credentials.current() instanceof Credentials.Missing missing)) {
                return Optional.empty();
            }
            why.add("credentials " + credentials.name() + ": " + missing.reason());
        }
        return Optional.of(String.join("; ", why));
    }

    /** Whose signatures AWS rejects. A limit that is exceeded refuses a payload, not its signature. */
    public static Map<String, String> refused(RouteTable table) {
        Map<String, String> refused = new TreeMap<>();
        for (Route route : table.routes()) {
            route.health()
                    .trouble()
                    .filter(trouble -> trouble.count() > 0 && !trouble.cause().equals(RouteHealth.OVER_LIMIT))
                    .ifPresent(trouble -> refused.put(
                            route.name(),
                            "AWS has refused the last "
                                    + (trouble.count() == 1 ? "request" : trouble.count() + " requests") + ": "
                                    + trouble.cause()));
        }
        return refused;
    }
}
