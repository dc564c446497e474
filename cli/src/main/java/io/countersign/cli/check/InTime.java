package io.countersign.cli.check;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Work that blocks on the network, for so long and no longer: each of its steps may be in time, and all of them together without end, as where
 * a server answers byte by byte. What is still under way then is left to its daemon thread.
 */
final class InTime {
    private InTime() {}

    /** What the work comes to, or {@code instead} after that long. */
    static <T> T within(Duration limit, Supplier<T> work, Supplier<T> instead) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> done.completeAsync(work, Runnable::run), "countersign-check");
        thread.setDaemon(true);
        thread.start();
        done.completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS);
        try {
            T result = done.join();
            return result == null ? instead.get() : result;
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException fault ? fault : e;
        }
    }
}
