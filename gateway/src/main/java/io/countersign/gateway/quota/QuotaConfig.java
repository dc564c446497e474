package io.countersign.gateway.quota;

import io.countersign.gateway.shared.StoreAddress;
import java.util.Optional;

/**
 * How quotas are counted.
 *
 * @param replicas how many there are; each has its share of every quota
 * @param shared where they share what is used, and approvals; empty: each goes by itself
 */
public record QuotaConfig(int replicas, Optional<StoreAddress> shared) {
    static final int MAX_REPLICAS = 1000;
}
