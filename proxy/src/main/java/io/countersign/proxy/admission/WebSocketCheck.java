package io.countersign.proxy.admission;

import io.countersign.proxy.fields.ListField;
import io.countersign.proxy.fields.Upgrades;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.local.WebSocketResponses;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.route.WebSocketReader;
import io.countersign.proxy.wire.HopByHop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Whether a request that asks for WebSocket may have it, and is one that can be answered (RFC 6455 section 4.2.1). HTTP/1.0 has no Upgrade. */
final class WebSocketCheck {
    private static final int KEY_BYTES = 16;

    private WebSocketCheck() {}

    static Optional<LocalResponse> fault(Head head, Route route, Incoming.Time time) {
        if (head.http10() || !Upgrades.areToWebSocket(head.fields())) {
            return Optional.empty();
        }
        if (WebSocketReader.isOfAppSync(route)) {
            return Optional.of(WebSocketResponses.appSync());
        }
        if (!route.config().delivery().webSocket()) {
            return Optional.of(WebSocketResponses.notCarried(route.name()));
        }
        Optional<LocalResponse> fault = malformed(head).map(WebSocketResponses::malformed);
        // Else the upstream would have opened one, which would be closed at once.
        return fault.isEmpty() && time != Incoming.Time.SERVING ? Optional.of(LocalResponses.draining()) : fault;
    }

    /** The version is the upstream's to judge: it answers 426 with those that it speaks. */
    private static Optional<String> malformed(Head head) {
        HttpHeaders fields = head.fields();
        if (!head.method().equals("GET")) {
            return Optional.of("an upgrade to WebSocket is a GET, not " + head.method());
        }
        if (!ListField.has(fields.getAll(HttpHeaderNames.CONNECTION), "upgrade")) {
            return Optional.of("Upgrade: websocket came without Connection: Upgrade");
        }
        if (HopByHop.named(fields).contains(HttpHeaderNames.SEC_WEBSOCKET_KEY.toString())) {
            return Optional.of("Connection names Sec-WebSocket-Key, which has to pass");
        }
        if (head.contentLength() != 0) {
            return Optional.of("an upgrade to WebSocket has no body");
        }
        List<String> keys = fields.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        return keys.size() == 1 && isKey(keys.get(0).strip())
                ? Optional.empty()
                : Optional.of("an upgrade to WebSocket has one Sec-WebSocket-Key, of 16 bytes in Base64");
    }

    private static boolean isKey(String text) {
        try {
            return Base64.getDecoder().decode(text).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
