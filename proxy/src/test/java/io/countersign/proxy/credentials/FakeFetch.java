package io.countersign.proxy.credentials;

import io.countersign.sigv4.AwsKeys;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** A source that hands out new keys each time, or fails as told. */
class FakeFetch implements KeyFetch {
    private final Clock clock;
    /** Null for long-lived keys. */
    Duration lifetime = Duration.ofHours(1);

    Exception failure;
    Runnable meanwhile = () -> {};
    int calls;

    FakeFetch(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String kind() {
        return "fake";
    }

    @Override
    public Fetched fetch() throws Exception {
        int call = ++calls;
        meanwhile.run();
        if (failure != null) {
            throw failure;
        }
        return new Fetched(keys(call), Optional.ofNullable(lifetime).map(clock.instant()::plus), "fake");
    }

    static AwsKeys keys(int call) {
        return new AwsKeys("AKID" + call, "canary-secret-" + call, "canary-token-" + call);
    }
}
