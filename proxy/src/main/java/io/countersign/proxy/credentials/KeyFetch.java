package io.countersign.proxy.credentials;

import java.util.Optional;

/**
 * One place to get keys from. Blocks, so it is called on the fetch threads alone; every call asks anew: what the SDK's
 * providers cache is thrown away with the provider, since a forced refresh that hands out the cached keys is none.
 */
interface KeyFetch {
    /** What kind of source it is, for metrics: {@code environment}, {@code profile}, {@code assume-role}. */
    String kind();

    /** Why this source is not set up here at all, so that a chain passes over it; empty when it is to be asked. */
    default Optional<String> absence() {
        return Optional.empty();
    }

    /** Any other exception than {@link FetchFailure} is put into words by {@link Reason}. */
    Fetched fetch() throws Exception;
}
