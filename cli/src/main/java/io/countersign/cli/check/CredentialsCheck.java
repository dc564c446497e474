package io.countersign.cli.check;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.credentials.Fetched;
import io.countersign.proxy.credentials.Reason;
import io.countersign.proxy.credentials.provider.Providers;
import io.countersign.proxy.secrets.Secrets;
import java.time.Clock;

/** Fetches credentials once, from the same providers as the proxy. Blocks. */
public final class CredentialsCheck {
    private final Environment environment;
    private final Clock clock;

    public CredentialsCheck(Environment environment, Clock clock) {
        this.environment = environment;
        this.clock = clock;
    }

    /** What came of it. */
    public sealed interface Outcome {}

    public record Resolved(Fetched fetched) implements Outcome {}

    /** @param reason which provider was tried and what it said; never a secret */
    public record Unresolved(String reason) implements Outcome {}

    /** Asks the provider, and those that it builds on. */
    public Outcome resolve(CredentialsConfig config) {
        try {
            Fetched fetched = Providers.of(config, environment).fetch();
            boolean past = fetched.expiry()
                    .filter(until -> !clock.instant().isBefore(until))
                    .isPresent();
            return past
                    ? new Unresolved(fetched.provider() + ": gave credentials that expired at "
                            + fetched.expiry().get() + " (it is " + clock.instant() + " by this machine's clock)")
                    : new Resolved(fetched);
        } catch (Exception e) {
            return new Unresolved(Reason.shown(Reason.of(e), Secrets.NONE));
        }
    }
}
