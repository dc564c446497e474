package io.countersign.proxy.route;

import io.countersign.proxy.config.Section;
import io.countersign.proxy.upstream.UpstreamConfig;
import java.util.Locale;
import java.util.Optional;

/** Reads whether a route carries WebSockets: by {@code websocket}, or by the scheme of its upstream. */
public final class WebSocketReader {
    private static final String KEY = "websocket";

    private WebSocketReader() {}

    static boolean read(Section route, Optional<UpstreamConfig> upstream) {
        boolean byScheme = isByScheme(route);
        boolean said = route.flag(KEY);
        if (byScheme && !said && !route.isByDefault(KEY)) {
            route.fault(
                    KEY, "false contradicts the upstream's URL; write https:// (or http://) there, or take this out");
        }
        if ((byScheme || said) && upstream.filter(to -> isOfAppSync(to)).isPresent()) {
            route.fault(
                    said ? KEY : "upstream",
                    "AppSync's WebSocket can't be carried, since its client signs another request inside the handshake; let the"
                            + " client sign and connect without the proxy, and use this route, with https:// and without"
                            + " websocket, for queries and mutations");
        }
        return byScheme || said;
    }

    private static boolean isByScheme(Section route) {
        Optional<String> url =
                route.isObject("upstream") ? route.section("upstream").string("url") : route.string("upstream");
        return url.map(text -> text.toLowerCase(Locale.ROOT))
                .filter(text -> text.startsWith("wss:") || text.startsWith("ws:"))
                .isPresent();
    }

    /** Whether it is one of AppSync's hosts: {@code ID.appsync-api.REGION...}, {@code ID.appsync-realtime-api.REGION...}. */
    public static boolean isOfAppSync(Route route) {
        return isOfAppSync(route.upstream().config());
    }

    private static boolean isOfAppSync(UpstreamConfig upstream) {
        String host = upstream.authority().toLowerCase(Locale.ROOT);
        return host.contains(".appsync-api.") || host.contains(".appsync-realtime-api.");
    }
}
