package io.countersign.gateway.shared;

import java.util.concurrent.CompletableFuture;

/**
 * A connection to the store that replicas share. Nothing here blocks; a future fails when the store did not do it, and when it is not
 * known whether it did.
 */
public interface StoreConnection {
    /** Whether it still answers. */
    CompletableFuture<?> ping();

    /** Ends the connection; returns before that is done. */
    void close();

    /** Makes connections to the same store, one after the other. */
    interface Connector<S extends StoreConnection> {
        /**
         * Connects; the store has been written to then, so that one that only reads is not taken for a good one.
         *
         * @param lost run once, on any thread, when the connection ends
         */
        CompletableFuture<S> connect(Runnable lost);

        /** Ends all that it has made; returns before that is done. */
        void close();
    }
}
