package io.countersign.proxy.admin.http;

import io.netty.handler.codec.http.HttpMethod;
import java.util.Set;
import java.util.function.Consumer;

/** What an {@link HttpServer} serves under one path. */
public interface Resource {
    /** The exact path, such as {@code /metrics}. */
    String path();

    /** The methods that it takes; one that takes GET is asked for HEAD too, and its body is left out then. */
    default Set<HttpMethod> methods() {
        return Set.of(HttpMethod.GET);
    }

    /** Largest request body, in bytes; 0 refuses every request that announces one. */
    default int maxBody() {
        return 0;
    }

    /** Whether its responses are so large that only a few may be held for clients at once; so are requests with a body. */
    default boolean isLarge() {
        return false;
    }

    /**
     * Called on the connection's event loop, which it must not hold up.
     *
     * @param response to be called once, from any thread
     */
    void handle(Request request, Consumer<Response> response);
}
