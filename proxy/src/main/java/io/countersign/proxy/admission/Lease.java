package io.countersign.proxy.admission;

import io.countersign.proxy.limit.Share;
import java.util.Optional;

/** What a {@link Guard} has set aside for one request: given back as soon as nothing more is done for the request. */
@FunctionalInterface
public interface Lease extends Share {
    /** Nothing was set aside. */
    Lease NONE = () -> {};

    /** Called once, on the event loop of the request: must return at once and not throw. */
    void end();

    /** Also after the end, to give back. */
    @Override
    default Optional<String> hold(long bytes) {
        return Optional.empty();
    }
}
