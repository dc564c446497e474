package io.countersign.gateway.shared;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Something that replicas share. All of it is called on the link's thread, and must not block.
 *
 * @param <S> what it needs the store for
 */
public interface LinkUser<S> {
    /** The store answers from now on. */
    void together(Session<? extends S> session);

    /** The store is away: until it answers again, this replica goes on with what it has. */
    void apart();

    /** {@link SharedLink#TICKS} times a second while the store answers. */
    void tick();

    /** The store for as long as it answers. */
    interface Session<S> {
        S store();

        /** Without an answer in time, or with a fault, the store is away. {@code then} runs on the link's thread. */
        <T> void ask(CompletableFuture<T> asked, Consumer<T> then);
    }
}
