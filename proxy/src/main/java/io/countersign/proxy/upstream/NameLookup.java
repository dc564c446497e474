package io.countersign.proxy.upstream;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Who says which addresses a name has, without blocking whoever asks. Safe from any thread. */
interface NameLookup extends AutoCloseable {
    /**
     * The addresses of a name, not of an address literal, at least one; completes on any thread.
     *
     * <p>Fails with {@link java.net.UnknownHostException} when there are none or nobody knows, whose message says which.
     */
    CompletableFuture<List<InetAddress>> addresses(String host);

    @Override
    void close();
}
