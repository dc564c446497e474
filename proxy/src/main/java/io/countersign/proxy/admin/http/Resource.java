package io.countersign.proxy.admin.http;

import io.netty.handler.codec.http.HttpMethod;
import java.util.Set;
import java.util.function.Consumer;

/** What an {@link HttpServer} serves under one path. */
public interface Resource extends Handler {
    /**
     * The exact path, such as {@code /metrics}. A segment in braces, as in {@code /tokens/{name}}, stands for any one segment that
     * is not empty; {@link Request#parameters} has its text. An exact path goes before one with such segments.
     */
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

    /** Whether its responses last, as {@link Response#stream} makes them: only a few may be open at once. */
    default boolean isStream() {
        return false;
    }

    /** Whether clients that ask for an unknown path are pointed to this one. */
    default boolean isListed() {
        return true;
    }

    @Override
    void handle(Request request, Consumer<Response> response);
}
