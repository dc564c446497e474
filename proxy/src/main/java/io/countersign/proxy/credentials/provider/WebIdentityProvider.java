package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.credentials.CredentialsProvider;
import io.countersign.proxy.credentials.FetchFailure;
import io.countersign.proxy.credentials.Fetched;
import io.countersign.proxy.credentials.Reason;
import io.countersign.proxy.secrets.Secrets;
import java.nio.file.Path;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleWithWebIdentityRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleWithWebIdentityResponse;

/** STS AssumeRoleWithWebIdentity with a token file that someone else rotates, as with IAM roles for Kubernetes service accounts. */
record WebIdentityProvider(Optional<CredentialsConfig.WebIdentity> config, Environment environment)
        implements CredentialsProvider {
    private static final String FILE = "AWS_WEB_IDENTITY_TOKEN_FILE";
    private static final String ROLE = "AWS_ROLE_ARN";

    static WebIdentityProvider configured(CredentialsConfig.WebIdentity config, Environment environment) {
        return new WebIdentityProvider(Optional.of(config), environment);
    }

    /** As {@code AWS_WEB_IDENTITY_TOKEN_FILE} and {@code AWS_ROLE_ARN} say; looked up at each fetch. */
    static WebIdentityProvider ofEnvironment(Environment environment) {
        return new WebIdentityProvider(Optional.empty(), environment);
    }

    @Override
    public String kind() {
        return "web-identity";
    }

    /** One variable without the other is set up, and fails. */
    @Override
    public Optional<String> absence() {
        return config.isPresent()
                        || environment.get(FILE).isPresent()
                        || environment.get(ROLE).isPresent()
                ? Optional.empty()
                : Optional.of(FILE + " is not set");
    }

    @Override
    public Fetched fetch() throws FetchFailure {
        CredentialsConfig.WebIdentity identity = config.isPresent() ? config.get() : fromEnvironment();
        return new Exchange(
                        identity.tokenFile(),
                        identity.roleArn(),
                        SessionName.of(identity.sessionName(), environment),
                        identity.durationSeconds(),
                        StsSettings.of(identity.sts(), identity.roleArn(), environment))
                .fetch();
    }

    /** With a duration of 0, which leaves it to STS. */
    private CredentialsConfig.WebIdentity fromEnvironment() throws FetchFailure {
        String file = required(FILE, ROLE);
        String role = required(ROLE, FILE);
        return new CredentialsConfig.WebIdentity(
                Path.of(file), role, CredentialsConfig.AUTO, 0, CredentialsConfig.Sts.OF_ENVIRONMENT);
    }

    private String required(String variable, String other) throws FetchFailure {
        return environment
                .get(variable)
                .orElseThrow(() -> new FetchFailure("web-identity: "
                        + (environment.get(other).isPresent()
                                ? other + " is set, but " + variable + " is not"
                                : variable + " is not set")));
    }

    /**
     * One exchange of the token for credentials.
     *
     * @param durationSeconds 0 leaves it to STS
     */
    record Exchange(Path tokenFile, String roleArn, String sessionName, int durationSeconds, StsSettings sts)
            implements CredentialsProvider {
        @Override
        public String kind() {
            return "web-identity";
        }

        @Override
        public Fetched fetch() throws FetchFailure {
            String provider = "web-identity " + roleArn;
            String token = TokenFile.read(tokenFile, "web-identity: token file " + tokenFile);
            AssumeRoleWithWebIdentityRequest request = AssumeRoleWithWebIdentityRequest.builder()
                    .roleArn(roleArn)
                    .roleSessionName(sessionName)
                    .durationSeconds(durationSeconds == 0 ? null : durationSeconds)
                    .webIdentityToken(token)
                    .build();
            try (StsClient client = sts.client(AnonymousCredentialsProvider.create())) {
                AssumeRoleWithWebIdentityResponse assumed = client.assumeRoleWithWebIdentity(request);
                return SdkCredentials.of(
                        assumed.credentials(), provider, AssumedRoleProvider.arn(assumed.assumedRoleUser()));
            } catch (RuntimeException e) {
                throw new FetchFailure(provider + ", " + sts + ": " + Reason.of(e, Secrets.NONE.and(token)));
            }
        }
    }
}
