package io.countersign.gateway.quota;

import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.UnknownKeys;

/** Reads how quotas are counted; the quotas themselves are in the settings of tenants. */
public final class QuotaReader {
    private QuotaReader() {}

    public static QuotaConfig read(Section quotas, UnknownKeys unknown) {
        int replicas = quotas.integer("replicas", 1, QuotaConfig.MAX_REPLICAS);
        quotas.rejectUnknown(unknown);
        return new QuotaConfig(replicas);
    }
}
