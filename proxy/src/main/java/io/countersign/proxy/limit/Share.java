package io.countersign.proxy.limit;

import java.util.Optional;

/** The part of the memory for bodies that the sender of one request has. */
public interface Share {
    /** All of it. */
    Share WHOLE = bytes -> Optional.empty();

    /**
     * Asks for what is held of the request from now on, on its event loop: more than before, less, or none. What is refused changes
     * nothing.
     *
     * @return why not, in a sentence for the sender; empty: it may
     */
    Optional<String> hold(long bytes);
}
