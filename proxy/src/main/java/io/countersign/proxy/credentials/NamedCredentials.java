package io.countersign.proxy.credentials;

import io.countersign.sigv4.AwsCredentials;
import java.util.concurrent.CompletionStage;

/** One named set of credentials. No method blocks; stages complete on a fetch thread, never exceptionally. */
public interface NamedCredentials extends AutoCloseable {
    String name();

    /** What is at hand now; credentials past their expiry are {@link Credentials.Missing}. */
    Credentials current();

    /**
     * What is at hand, or, while the very first fetch (or one after an outage) is under way, what it brings.
     * Bounded by the fetch's own time limit; callers put their own deadline on top.
     */
    CompletionStage<Credentials> await();

    /**
     * Asks for other credentials than {@code rejected}, which the service has refused. Returns newer ones if they are at hand
     * already; otherwise starts a fetch, at most one every 30 s: within that time what is at hand is returned unchanged.
     */
    CompletionStage<Credentials> refresh(AwsCredentials rejected);

    @Override
    void close();
}
