package io.countersign.gateway.tenant;

import io.countersign.gateway.quota.RequestLimit;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How much one tenant may use; what is empty is not limited.
 *
 * @param requests how many a time, all replicas together
 * @param inFlight requests at a time in this process
 * @param buffered bytes of the memory for bodies in this process
 * @param daily bytes of bodies a day, all replicas together
 */
record TenantLimits(
        Optional<RequestLimit> requests, OptionalInt inFlight, OptionalLong buffered, Optional<Daily> daily) {
    /** @param enforced whether requests are refused past it; otherwise it is only observed */
    record Daily(long bytes, boolean enforced) {}
}
