package io.countersign.proxy.credentials;

import io.countersign.sigv4.AwsCredentials;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** A provider that hands out new credentials each time, or fails as told. */
public class FakeProvider implements CredentialsProvider {
    private final Clock clock;
    /** Null for long-lived credentials. */
    public Duration lifetime = Duration.ofHours(1);

    public Exception failure;
    public Runnable meanwhile = () -> {};
    public int calls;

    public FakeProvider(Clock clock) {
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
        return new Fetched(credentials(call), Optional.ofNullable(lifetime).map(clock.instant()::plus), "fake");
    }

    public static AwsCredentials credentials(int call) {
        return new AwsCredentials("AKID" + call, "canary-secret-" + call, "canary-token-" + call);
    }
}
