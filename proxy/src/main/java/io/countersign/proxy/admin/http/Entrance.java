package io.countersign.proxy.admin.http;

import io.netty.handler.codec.http.HttpRequest;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Decides by its head whether a request is handled: before its body is read, and before its sender learns whether there is such a
 * resource. Called on the connection's event loop.
 */
@FunctionalInterface
public interface Entrance {
    /** Lets everybody in. */
    Entrance OPEN = (head, peer, found) -> new Decision.Entered(
            found.isPresent()
                    ? found.get()
                    : (request, response) -> {
                        throw new IllegalStateException("no resource");
                    });

    /**
     * Decides on one request.
     *
     * @param peer the other end of the connection; empty on a Unix socket
     * @param found the resource that has the request's path; empty where none does
     */
    Decision decide(HttpRequest head, Optional<InetAddress> peer, Optional<Resource> found);

    /** What becomes of the request. */
    sealed interface Decision {
        /** It is handled by that, if there is such a resource and it takes the method and the body. */
        record Entered(Handler handler) implements Decision {}

        /** It gets that response. */
        record Refused(Response response) implements Decision {}
    }
}
