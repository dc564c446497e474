package io.countersign.proxy.local;

/** What a request gets that asks for a WebSocket and can't have one. */
public final class WebSocketResponses {
    private WebSocketResponses() {}

    /** The route does not carry any. */
    public static LocalResponse notCarried(String route) {
        return new LocalResponse(
                LocalCause.UNSUPPORTED,
                "this route carries no WebSockets; set routes." + route
                        + ".websocket = true if its upstream has some, or" + " connect there without the proxy");
    }

    /** As many last as there is memory for. */
    public static LocalResponse tooMany() {
        return new LocalResponse(
                LocalCause.LIMIT,
                "as many WebSockets and event streams are open as limits.in-flight leaves room for (an eighth as many"
                        + " WebSockets, of which each counts as two event streams)");
    }

    /** Something is missing in the handshake (RFC 6455 section 4.2.1). */
    public static LocalResponse malformed(String detail) {
        return LocalResponses.malformed(detail);
    }

    /** AppSync's clients put a signature of another request into the subprotocols of their handshake. */
    public static LocalResponse appSync() {
        return new LocalResponse(
                LocalCause.UNSUPPORTED,
                "AppSync's WebSocket is not carried: its client signs another request inside the handshake, which can't be"
                        + " done for it here; let the client sign and connect to AppSync without the proxy. Queries and"
                        + " mutations over HTTPS are signed here");
    }
}
