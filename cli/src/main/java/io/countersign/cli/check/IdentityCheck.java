package io.countersign.cli.check;

import io.countersign.cli.check.CredentialsCheck.Resolved;
import io.countersign.cli.check.CredentialsCheck.Unresolved;
import io.countersign.proxy.aws.ClockSkew;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.credentials.Fetched;
import io.countersign.proxy.credentials.provider.CallerIdentity;
import io.countersign.proxy.credentials.provider.CallerIdentity.Answer;
import io.countersign.proxy.credentials.provider.CallerIdentity.Known;
import io.countersign.proxy.credentials.provider.CallerIdentity.Unknown;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Finds out to whom one named set of credentials belongs, how long it is valid, and how far the clock is off. */
final class IdentityCheck {
    /** Worth a word before it hurts. */
    private static final Duration SOME_SKEW = Duration.ofSeconds(30);

    private final CredentialsCheck credentials;
    private final CallerIdentity identity;
    private final Clock clock;
    private final Consumer<Finding> found;

    IdentityCheck(Environment environment, Clock clock, Consumer<Finding> found) {
        this.credentials = new CredentialsCheck(environment, clock);
        this.identity = new CallerIdentity(environment, clock);
        this.clock = clock;
        this.found = found;
    }

    /**
     * Asks.
     *
     * @param region of a route that signs with them
     * @return their ARN; empty when they sign nothing
     */
    Optional<String> run(CredentialsConfig config, Optional<String> region) {
        String about = "credentials " + config.name();
        CredentialsCheck.Outcome outcome = credentials.resolve(config);
        if (outcome instanceof Unresolved unresolved) {
            found.accept(Finding.wrong(about, unresolved.reason()));
            return Optional.empty();
        }
        Fetched fetched = ((Resolved) outcome).fetched();
        String origin = "from " + fetched.provider() + "; " + expiry(fetched);
        Answer answer = identity.identify(config, fetched.credentials(), region);
        if (answer instanceof Unknown unknown) {
            found.accept(Finding.wrong(about, "credentials " + origin + ", but " + unknown.reason()));
            unknown.ahead().ifPresent(ahead -> skew(about, ahead));
            return Optional.empty();
        }
        Known known = (Known) answer;
        found.accept(Finding.good(about, known.arn() + " in account " + known.account() + ", " + origin));
        known.ahead().ifPresent(ahead -> skew(about, ahead));
        return Optional.of(known.arn());
    }

    private String expiry(Fetched fetched) {
        return fetched.expiry()
                .map(until -> "valid for " + Span.of(Duration.between(clock.instant(), until)) + ", until " + until)
                .orElse(fetched.credentials().sessionToken() == null ? "long-lived" : "temporary, expiry unknown");
    }

    private void skew(String about, Duration ahead) {
        Duration off = ahead.abs();
        if (off.compareTo(SOME_SKEW) < 0) {
            return;
        }
        String text = "this machine's clock is " + Span.of(off) + (ahead.isNegative() ? " ahead of" : " behind")
                + " that of STS; ";
        List<Finding> findings = off.compareTo(ClockSkew.MAX) >= 0
                ? List.of(Finding.wrong(about, text + "AWS refuses signatures that are 5 min off: set the clock (NTP)"))
                : List.of(Finding.good(about, text + "above 5 min AWS refuses signatures, so see to its NTP"));
        findings.forEach(found);
    }
}
