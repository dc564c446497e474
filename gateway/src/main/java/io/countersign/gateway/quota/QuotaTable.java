package io.countersign.gateway.quota;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The quotas of one configuration. One that is the same as in the table before is the same object, so that what has been used of it
 * counts on after a reload. For the thread that makes a configuration; the quotas are safe from any.
 */
public final class QuotaTable {
    private final QuotaConfig config;
    private final QuotaTable before;
    private final LongSupplier nanos;
    private final Clock clock;
    private final Map<Key, RequestQuota> requests = new HashMap<>();
    private final Map<Key, ByteQuota> bytes = new HashMap<>();

    /** @param limit a {@link RequestLimit}, or bytes a day */
    private record Key(String tenant, Object limit) {}

    private QuotaTable(QuotaConfig config, QuotaTable before, LongSupplier nanos, Clock clock) {
        this.config = config;
        this.before = before;
        this.nanos = nanos;
        this.clock = clock;
    }

    /** Without any, as before the first configuration. */
    static QuotaTable empty(LongSupplier nanos, Clock clock) {
        return new QuotaTable(new QuotaConfig(1), null, nanos, clock);
    }

    /** For another configuration, with what goes on from this one. */
    QuotaTable next(QuotaConfig another) {
        return new QuotaTable(another, another.equals(config) ? this : null, nanos, clock);
    }

    /** The same, once it is in force: it no longer needs those of the one before. */
    QuotaTable inForce() {
        QuotaTable alone = new QuotaTable(config, null, nanos, clock);
        alone.requests.putAll(requests);
        alone.bytes.putAll(bytes);
        return alone;
    }

    /** How many requests a tenant may send. */
    public RequestQuota requests(String tenant, RequestLimit limit) {
        Key key = new Key(tenant, limit);
        RequestQuota old = before == null ? null : before.requests.get(key);
        return requests.computeIfAbsent(
                key, fresh -> old == null ? new LocalRequests(limit, config.replicas(), nanos) : old);
    }

    /** How many bytes a tenant may send each day. */
    public ByteQuota bytes(String tenant, long perDay) {
        Key key = new Key(tenant, perDay);
        ByteQuota old = before == null ? null : before.bytes.get(key);
        return bytes.computeIfAbsent(
                key, fresh -> old == null ? new DailyBytes(perDay, config.replicas(), clock) : old);
    }
}
