package io.countersign.proxy.admin;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.function.Consumer;

/** What stands behind one path of the admin port; only GET and HEAD come this far. */
interface Page {
    /**
     * Called on the connection's event loop, which it must not hold up; answers once, from any thread.
     *
     * @param query as it stood after the question mark; empty when there was none
     */
    void get(String query, HttpHeaders headers, Consumer<Answer> answer);

    /** Whether its answers are so large that only a few may be held for clients at once. */
    default boolean isLarge() {
        return false;
    }
}
