package io.countersign.proxy.signing;

import io.countersign.sigv4.SignatureAlgorithm;
import java.util.Optional;

/**
 * What signatures are for.
 *
 * @param service name in the credential scope
 * @param region of the upstream, which with {@link SignatureAlgorithm#V4} is in the credential scope; {@code *} where each
 *     request's host says it, or the upstream is in several
 * @param regionSet with {@link SignatureAlgorithm#V4A}, as written: names and patterns of regions, separated by commas. Empty:
 *     the region alone
 */
public record SigningScope(SignatureAlgorithm algorithm, String service, String region, Optional<String> regionSet) {

    /** Stands for the service and the region that each request's host says, and for all regions. */
    static final String ANY = "*";

    /** In one region, as {@link SignatureAlgorithm#V4} signs. */
    public static SigningScope of(String service, String region) {
        return new SigningScope(SignatureAlgorithm.V4, service, region, Optional.empty());
    }

    SigningScope narrowedTo(Optional<String> oneService, Optional<String> oneRegion) {
        return new SigningScope(algorithm, oneService.orElse(service), oneRegion.orElse(region), regionSet);
    }

    /** Where a signature is valid: one region, or with {@link SignatureAlgorithm#V4A} a set, {@code *} for all. */
    public String regions() {
        return regionSet.orElse(region);
    }

    /** Whether it is the signature that can be valid in several regions. */
    public boolean isAsymmetric() {
        return algorithm == SignatureAlgorithm.V4A;
    }
}
