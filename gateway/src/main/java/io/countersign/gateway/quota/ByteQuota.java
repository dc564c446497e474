package io.countersign.gateway.quota;

import java.time.Duration;
import java.util.Optional;

/** How many bytes one tenant may still send today; days end at midnight UTC. Safe from any thread; never blocks. */
public interface ByteQuota {
    /** Counts bytes, whether they are within the quota or not. */
    void add(long bytes);

    /** Bytes counted today: by all replicas as far as this one knows, else by this one. */
    long used();

    /** Bytes a day. */
    long limit();

    /** The part of today's quota that is used, as far as this replica knows: 1 and more when nothing is left of it. */
    double part();

    /** When nothing is left of today's quota: how long until the day ends. */
    Optional<Duration> untilRenewed();
}
