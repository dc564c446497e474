package io.countersign.cli.check;

import io.countersign.proxy.config.CredentialsConfig;
import io.countersign.proxy.credentials.CredentialsCheck;
import io.countersign.proxy.credentials.CredentialsCheck.Answer;
import io.countersign.proxy.credentials.CredentialsCheck.Known;
import io.countersign.proxy.credentials.CredentialsCheck.Resolved;
import io.countersign.proxy.credentials.CredentialsCheck.Unknown;
import io.countersign.proxy.credentials.CredentialsCheck.Unresolved;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Finds out whose one named set of credentials is, how long its keys are good, and how far the clock is off. */
final class IdentityCheck {
    /** What SigV4 bears: "Elements of an AWS API request signature" in the IAM User Guide. */
    private static final Duration MOST_SKEW = Duration.ofMinutes(5);
    /** Worth a word before it hurts. */
    private static final Duration SOME_SKEW = Duration.ofSeconds(30);

    private final CredentialsCheck credentials;
    private final Clock clock;
    private final Consumer<Finding> found;

    IdentityCheck(CredentialsCheck credentials, Clock clock, Consumer<Finding> found) {
        this.credentials = credentials;
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
        Resolved resolved = (Resolved) outcome;
        String origin = "from " + resolved.source() + "; " + expiry(resolved);
        Answer answer = credentials.identify(config, resolved.keys(), region);
        if (answer instanceof Unknown unknown) {
            found.accept(Finding.wrong(about, "keys " + origin + ", but " + unknown.reason()));
            unknown.ahead().ifPresent(ahead -> skew(about, ahead));
            return Optional.empty();
        }
        Known known = (Known) answer;
        found.accept(Finding.good(about, known.arn() + " in account " + known.account() + ", " + origin));
        known.ahead().ifPresent(ahead -> skew(about, ahead));
        return Optional.of(known.arn());
    }

    private String expiry(Resolved resolved) {
        return resolved.expiry()
                .map(until ->
                        "keys expire in " + Span.of(Duration.between(clock.instant(), until)) + " (" + until + ")")
                .orElse(resolved.keys().sessionToken() == null ? "long-lived keys" : "temporary keys, expiry unknown");
    }

    private void skew(String about, Duration ahead) {
        Duration off = ahead.abs();
        if (off.compareTo(SOME_SKEW) < 0) {
            return;
        }
        String text = "this machine's clock is " + Span.of(off) + (ahead.isNegative() ? " ahead of" : " behind")
                + " that of STS; ";
        List<Finding> findings = off.compareTo(MOST_SKEW) >= 0
                ? List.of(Finding.wrong(about, text + "AWS refuses signatures that are 5 min off: set the clock (NTP)"))
                : List.of(Finding.good(about, text + "above 5 min AWS refuses signatures, so see to its NTP"));
        findings.forEach(found);
    }
}
