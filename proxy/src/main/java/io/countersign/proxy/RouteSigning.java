package io.countersign.proxy;

import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.exchange.Snapshot;
import io.countersign.proxy.route.Route;
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
