package io.countersign.proxy.route;

import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.rejection.RouteHealth;
import java.util.Map;
import java.util.TreeMap;

/** Which routes can sign at a moment: a metric and {@code /readyz?signing}, never plain readiness. */
public final class RouteSigning {
    private RouteSigning() {}

    /** By route that signs: whether it has credentials. */
    public static Map<String, Boolean> able(RouteTable table) {
        Map<String, Boolean> able = new TreeMap<>();
        for (Route route : table.routes()) {
            route.signing()
                    .ifPresent(signing ->
                            able.put(route.name(), signing.credentials().current() instanceof Credentials.Usable));
        }
        return able;
    }

    /** Why routes cannot sign. */
    public static Map<String, String> unable(RouteTable table) {
        Map<String, String> unable = new TreeMap<>();
        for (Route route : table.routes()) {
            route.signing().ifPresent(signing -> {
                if (signing.credentials().current() instanceof Credentials.Missing missing) {
                    unable.put(
                            route.name(), "credentials " + signing.credentials().name() + ": " + missing.reason());
                }
            });
        }
        return unable;
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
