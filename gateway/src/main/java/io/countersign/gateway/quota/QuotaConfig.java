package io.countersign.gateway.quota;

/**
 * How quotas are counted.
 *
 * @param replicas how many there are; each has its share of every quota
 */
public record QuotaConfig(int replicas) {
    static final int MAX_REPLICAS = 1000;
}
