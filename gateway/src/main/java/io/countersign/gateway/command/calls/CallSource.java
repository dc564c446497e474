package io.countersign.gateway.command.calls;

import io.countersign.gateway.calls.log.FoundCalls;
import io.countersign.gateway.calls.log.Place;
import io.countersign.gateway.command.GatewayCommand.Failure;
import java.util.function.Consumer;

/** Where a command reads calls, which its filters narrow. */
interface CallSource extends AutoCloseable {
    /** As much as one search reads; the newest first. */
    FoundCalls find(Place from, int max) throws Failure;

    /**
     * Hands over each call that ends from now on, until the source ends, or {@code lines} throws.
     *
     * @param missed gets the number of calls that came too fast
     */
    void follow(Consumer<String> lines, Consumer<String> missed) throws Failure;

    @Override
    default void close() {}
}
