package io.countersign.proxy;

import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.rejection.RouteHealth;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.route.Snapshot;
import java.util.Map;
import java.util.TreeMap;

/** Which routes can sign at a moment: a metric and {@code /readyz?signing}, never plain readiness. */
final class RouteSigning {
    private RouteSigning() {}

    static Map<String, Boolean> able(Snapshot snapshot) {
        Map<String, Boolean> able = new TreeMap<>();
        for (Route route : snapshot.routes().routes()) {
            route.signing()
                    .ifPresent(signing ->
                            able.put(route.name(), signing.credentials().current() instanceof Credentials.Usable));
        }
        return able;
    }

    /** A limit that is exceeded refuses a payload, not its signature. */
    static Map<String, String> refused(Snapshot snapshot) {
        Map<String, String> refused = new TreeMap<>();
        for (Route route : snapshot.routes().routes()) {
            route.state()
                    .health()
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

    static Map<String, String> unable(Snapshot snapshot) {
        Map<String, String> unable = new TreeMap<>();
        for (Route route : snapshot.routes().routes()) {
            route.signing().ifPresent(signing -> {
                if (signing.credentials().current() instanceof Credentials.Missing missing) {
                    unable.put(
                            route.name(), "credentials " + signing.credentials().name() + ": " + missing.reason());
                }
            });
        }
        return unable;
    }
}
