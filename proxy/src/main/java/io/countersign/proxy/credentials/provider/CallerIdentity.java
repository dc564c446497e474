package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.credentials.CredentialsConfig.AssumeRole;
import io.countersign.proxy.credentials.CredentialsConfig.Sts;
import io.countersign.proxy.credentials.FetchFailure;
import io.countersign.proxy.credentials.Principal;
import io.countersign.proxy.credentials.Reason;
import io.countersign.proxy.secrets.Secrets;
import io.countersign.proxy.wire.HttpDate;
import io.countersign.sigv4.AwsCredentials;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/** Asks STS to whom credentials belong. Blocks; for commands and for what is shown, not for traffic. */
public final class CallerIdentity {
    private final Environment environment;
    private final Clock clock;

    public CallerIdentity(Environment environment, Clock clock) {
        this.environment = environment;
        this.clock = clock;
    }

    /** What STS said about the credentials. */
    public sealed interface Answer {}

    /** @param ahead how far STS' clock is ahead of this machine's, to a second; empty when it did not say */
    public record Known(String account, String arn, Optional<Duration> ahead) implements Answer {}

    /** @param reason what STS said, or why it was not reached; never a secret */
    public record Unknown(String reason, Optional<Duration> ahead) implements Answer {}

    /**
     * Asks STS who has these credentials.
     *
     * @param region of the STS to ask, unless the configuration or the environment names one
     */
    public Answer identify(CredentialsConfig config, AwsCredentials credentials, Optional<String> region) {
        StsSettings sts = settings(config, region);
        Secrets secrets = Secrets.of(credentials);
        try (StsClient client = sts.client(SdkCredentials.provider(credentials))) {
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

    /** The same, where only that counts. */
    public Principal principal(CredentialsConfig config, AwsCredentials credentials, Optional<String> region) {
        Answer answer = identify(config, credentials, region);
        return answer instanceof Known known
                ? Principal.ofArn(known.arn())
                : Principal.UNKNOWN.unknown(((Unknown) answer).reason());
    }

    private StsSettings settings(CredentialsConfig config, Optional<String> region) {
        Sts configured = config.assumeRole()
                .map(AssumeRole::sts)
                .orElseGet(() -> config.provider() instanceof CredentialsConfig.WebIdentity web
                        ? web.sts()
                        : Sts.OF_ENVIRONMENT);
        // The credentials are of the routes' partition, so a region of theirs is one that knows them.
        Sts nearest = new Sts(configured.region().or(() -> region), configured.endpoint(), configured.fips());
        return StsSettings.of(nearest, "", environment);
    }

    /** RFC 9110 section 6.6.1. */
    private Optional<Duration> ahead(SdkHttpResponse response) {
        if (response == null) {
            return Optional.empty();
        }
        return response.firstMatchingHeader("Date")
                .flatMap(HttpDate::parse)
                .map(theirs -> Duration.ofSeconds(
                        Math.round(Duration.between(clock.instant(), theirs).toMillis() / 1000.0)));
    }
}
