package io.countersign.gateway.quota;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The quotas of one configuration. One that is the same as in the table before is the same object, so that what has been used of it
 * counts on after a reload; a day's bytes count on even if the quota has changed. For the thread that makes a configuration; the quotas
 * are safe from any.
 */
public final class QuotaTable {
    private final QuotaConfig config;
    private final Counting counting;
    private final Map<Key, RequestQuota> requests = new HashMap<>();
    private final Map<String, DailyCount> bytes = new HashMap<>();
    private Map<Key, RequestQuota> oldRequests;
    private Map<String, DailyCount> oldBytes;

    private record Key(String tenant, RequestLimit limit) {}

    private QuotaTable(
            QuotaConfig config,
            Counting counting,
            Map<Key, RequestQuota> oldRequests,
            Map<String, DailyCount> oldBytes) {
        this.config = config;
        this.counting = counting;
        this.oldRequests = oldRequests;
        this.oldBytes = oldBytes;
    }

    /** The first one. */
    static QuotaTable first(QuotaConfig config, Counting counting) {
        return new QuotaTable(config, counting, Map.of(), Map.of());
    }

    /** For another configuration, with what goes on from this one. */
    QuotaTable next(QuotaConfig another, Counting way) {
        return new QuotaTable(another, way, another.equals(config) ? requests : Map.of(), bytes);
    }

    QuotaConfig config() {
        return config;
    }

    Counting counting() {
        return counting;
    }

    /** Of all tenants with bytes of the day. */
    List<DailyCount> counts() {
        return List.copyOf(bytes.values());
    }

    /** It is in force, and no longer needs those of the one before. */
    void taken() {
        oldRequests = Map.of();
        oldBytes = Map.of();
        counting.serve(List.copyOf(requests.values()), List.copyOf(bytes.values()));
    }

    /** How many requests a tenant may send. */
    public RequestQuota requests(String tenant, RequestLimit limit) {
        return requests.computeIfAbsent(new Key(tenant, limit), key -> {
            RequestQuota old = oldRequests.get(key);
            return old == null ? counting.requests(tenant, limit, config.replicas()) : old;
        });
    }

    /** How many bytes a tenant may send each day. */
    public ByteQuota bytes(String tenant, long perDay) {
        DailyCount count = bytes.computeIfAbsent(tenant, name -> {
            DailyCount old = oldBytes.get(name);
            return old == null ? counting.bytes(name) : old;
        });
        return counting.bytes(count, perDay, config.replicas());
    }
}
