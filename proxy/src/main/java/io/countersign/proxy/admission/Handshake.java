package io.countersign.proxy.admission;

import io.countersign.proxy.fields.ListField;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.List;
import java.util.Optional;

/** What a request asks of the connection before its body: Expect and Upgrade, both ignored in HTTP/1.0 (RFC 9110 section 10.1.1). */
final class Handshake {
    private Handshake() {}

    /** The expectations, where one of them is another than {@code 100-continue}. */
    static Optional<String> unknownExpectation(Head head) {
        List<String> expectations = head.http10() ? List.of() : head.fields().getAll(HttpHeaderNames.EXPECT);
        return ListField.any(expectations, e -> !e.equalsIgnoreCase("100-continue"))
                ? Optional.of(String.join(", ", expectations))
                : Optional.empty();
    }

    static boolean isWebSocket(Head head) {
        return !head.http10()
                && ListField.any(head.fields().getAll(HttpHeaderNames.UPGRADE), Handshake::isWebSocketProtocol);
    }

    /** A protocol may be followed by its version (RFC 9110 section 7.8). */
    private static boolean isWebSocketProtocol(String protocol) {
        int version = protocol.indexOf('/');
        return (version < 0 ? protocol : protocol.substring(0, version)).strip().equalsIgnoreCase("websocket");
    }
}
