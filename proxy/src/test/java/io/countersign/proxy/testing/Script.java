package io.countersign.proxy.testing;

/** What the upstream does with a request; runs on the connection's own thread and may block. */
@FunctionalInterface
public interface Script {
    void answer(ReceivedRequest request, ScriptedConnection connection);

    /** Called when the head is there and the body is not yet read; true when the script has dealt with it all. */
    default boolean beforeBody(Head head, ScriptedConnection connection) {
        return false;
    }

    /** The same bytes for every request. */
    static Script always(String response) {
        return (request, connection) -> connection.send(response);
    }

    /** A 200 that tells which request it belongs to. */
    static Script echo() {
        return (request, connection) -> connection.send(
                ok(request.head().method() + " " + request.head().target() + " " + request.body()));
    }

    static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }
}
