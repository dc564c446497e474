package io.countersign.proxy.route;

import io.countersign.proxy.signing.SigningConfig;
import java.util.Set;

/**
 * What follows from the service, on a route that leaves its choice to each request.
 *
 * @param signing without the region, which follows from the request as well
 * @param signed lower-case names of fields that are signed besides those that always are
 * @param maxBody bytes
 */
public record ServiceTerms(SigningConfig signing, Set<String> signed, long maxBody, Delivery delivery) {
    public ServiceTerms {
        signed = Set.copyOf(signed);
    }
}
