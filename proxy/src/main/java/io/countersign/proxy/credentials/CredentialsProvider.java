package io.countersign.proxy.credentials;

import java.util.Optional;

/**
 * One place to get credentials from. Blocks, so it is only called on the fetch threads. Every call asks again: nothing is
 * cached, since a forced refresh that returned cached credentials would not be one.
 */
public interface CredentialsProvider {
    /** What kind of provider it is, for metrics: {@code environment}, {@code profile}, {@code assume-role}. */
    String kind();

    /** Why this provider is not set up here at all, so that a chain passes over it; empty when it is to be asked. */
    default Optional<String> absence() {
        return Optional.empty();
    }

    /** Any other exception than {@link FetchFailure} is put into words by {@link Reason}. */
    Fetched fetch() throws Exception;
}
