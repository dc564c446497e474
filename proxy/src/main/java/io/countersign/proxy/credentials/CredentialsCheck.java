package io.countersign.proxy.credentials;

import io.countersign.proxy.config.CredentialsConfig;
import io.countersign.proxy.config.CredentialsConfig.AssumeRole;
import io.countersign.proxy.config.CredentialsConfig.Sts;
import io.countersign.proxy.secrets.Secrets;
import io.countersign.sigv4.AwsKeys;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/** Asks a source for keys once, and STS whose they are. Blocks; for commands, not for traffic. */
public final class CredentialsCheck {
    private final Environment environment;
    private final Clock clock;

    public CredentialsCheck(Environment environment, Clock clock) {
        this.environment = environment;
        this.clock = clock;
    }

    /** What came of asking the source. */
    public sealed interface Outcome {}

    /** @param source which it was in the end, as {@code profile reporting} */
    public record Resolved(AwsKeys keys, Optional<Instant> expiry, String source) implements Outcome {}

    /** @param reason which source was tried and what it said; never a secret */
    public record Unresolved(String reason) implements Outcome {}

    /** What STS said of keys. */
    public sealed interface Answer {}

    /** @param ahead how far STS' clock is ahead of this machine's, to a second; empty when it did not say */
    public record Known(String account, String arn, Optional<Duration> ahead) implements Answer {}

    /** @param reason what STS said, or why it was not reached; never a secret */
    public record Unknown(String reason, Optional<Duration> ahead) implements Answer {}

    /** Asks the source, and the ones below it. */
    public Outcome resolve(CredentialsConfig config) {
        try {
            Fetched fetched = KeyFetches.of(config, environment).fetch();
            boolean past = fetched.expiry()
                    .filter(until -> !clock.instant().isBefore(until))
                    .isPresent();
            return past
                    ? new Unresolved(fetched.source() + ": gave keys that expired at "
                            + fetched.expiry().get() + " (it is " + clock.instant() + " by this machine's clock)")
                    : new Resolved(fetched.keys(), fetched.expiry(), fetched.source());
        } catch (Exception e) {
            return new Unresolved(Reason.shown(Reason.of(e), Secrets.NONE));
        }
    }

    /**
     * Asks STS who has these keys.
     *
     * @param region whose STS, unless the credentials or the environment say which
     */
    public Answer identify(CredentialsConfig config, AwsKeys keys, Optional<String> region) {
        StsSettings sts = settings(config, region);
        Secrets secrets = Secrets.of(keys);
        try (StsClient client = sts.client(SdkKeys.provider(keys))) {
            GetCallerIdentityResponse answer = client.getCallerIdentity();
            return new Known(answer.account(), answer.arn(), ahead(answer.sdkHttpResponse()));
        } catch (AwsServiceException e) {
            Optional<Duration> ahead =
                    Optional.ofNullable(e.awsErrorDetails()).flatMap(details -> ahead(details.sdkHttpResponse()));
            return new Unknown(sts + ": " + Reason.shown(Reason.of(e, secrets), secrets), ahead);
        } catch (RuntimeException | FetchFailure e) {
            return new Unknown(sts + ": " + Reason.shown(Reason.of(e, secrets), secrets), Optional.empty());
        }
    }

    private StsSettings settings(CredentialsConfig config, Optional<String> region) {
        Sts told = config.assumeRole()
                .map(AssumeRole::sts)
                .orElseGet(() ->
                        config.source() instanceof CredentialsConfig.WebIdentity web ? web.sts() : Sts.OF_ENVIRONMENT);
        // The keys are of the routes' partition, so that a region of theirs is one that knows them.
        Sts nearest = new Sts(told.region().or(() -> region), told.endpoint(), told.fips());
        return StsSettings.of(nearest, "", environment);
    }

    /** RFC 9110 section 6.6.1. */
    private Optional<Duration> ahead(SdkHttpResponse response) {
        if (response == null) {
            return Optional.empty();
        }
        return response.firstMatchingHeader("Date").flatMap(date -> {
            try {
                Instant theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
                return Optional.of(Duration.ofSeconds(
                        Math.round(Duration.between(clock.instant(), theirs).toMillis() / 1000.0)));
            } catch (DateTimeParseException e) {
                return Optional.empty();
            }
        });
    }
}
