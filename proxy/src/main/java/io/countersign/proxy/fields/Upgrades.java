package io.countersign.proxy.fields;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;

/** What a request asks its connection to become (RFC 9110 section 7.8). */
public final class Upgrades {
    private Upgrades() {}

    /** Whether WebSocket is among the protocols; each may be followed by its version. */
    public static boolean areToWebSocket(HttpHeaders fields) {
        List<String> lines = fields.getAll(HttpHeaderNames.UPGRADE);
        return !lines.isEmpty() && ListField.any(lines, Upgrades::isWebSocket);
    }

    private static boolean isWebSocket(String protocol) {
        int version = protocol.indexOf('/');
        return (version < 0 ? protocol : protocol.substring(0, version)).strip().equalsIgnoreCase("websocket");
    }
}
