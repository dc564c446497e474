package io.countersign.proxy.admin.http;

import java.util.function.Consumer;

/** Responds to a whole request. */
@FunctionalInterface
public interface Handler {
    /**
     * Called on the connection's event loop, which it must not hold up.
     *
     * @param response to be called once, from any thread
     */
    void handle(Request request, Consumer<Response> response);
}
