package io.countersign.proxy.credentials;

import io.countersign.proxy.config.CredentialsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleWithWebIdentityRequest;

/** STS AssumeRoleWithWebIdentity with a token file that someone else rotates: IAM roles for Kubernetes service accounts. */
record WebIdentity(Optional<CredentialsConfig.WebIdentity> told, Environment environment) implements KeyFetch {

    static WebIdentity configured(CredentialsConfig.WebIdentity told, Environment environment) {
        return new WebIdentity(Optional.of(told), environment);
    }

    /** As {@code AWS_WEB_IDENTITY_TOKEN_FILE} and {@code AWS_ROLE_ARN} say; looked up at each fetch. */
    static WebIdentity ofEnvironment(Environment environment) {
        return new WebIdentity(Optional.empty(), environment);
    }

    @Override
    public String kind() {
        return "web-identity";
    }

    @Override
    public Optional<String> absence() {
        return told.isPresent()
                        || environment.get("AWS_WEB_IDENTITY_TOKEN_FILE").isPresent()
                ? Optional.empty()
                : Optional.of("AWS_WEB_IDENTITY_TOKEN_FILE is not set");
    }

    @Override
    public Fetched fetch() throws FetchFailure {
        CredentialsConfig.WebIdentity identity = told.isPresent() ? told.get() : fromEnvironment();
        StsSettings sts = StsSettings.of(identity.sts(), identity.roleArn(), environment);
        String source = "web-identity " + identity.roleArn();
        String token = token(identity.tokenFile());
        AssumeRoleWithWebIdentityRequest request = AssumeRoleWithWebIdentityRequest.builder()
                .roleArn(identity.roleArn())
                .roleSessionName(identity.sessionName())
                .durationSeconds(identity.durationSeconds() == 0 ? null : identity.durationSeconds())
                .webIdentityToken(token)
                .build();
        try (StsClient client = sts.client(AnonymousCredentialsProvider.create())) {
            return SdkKeys.of(client.assumeRoleWithWebIdentity(request).credentials(), source);
        } catch (RuntimeException e) {
            throw new FetchFailure(source + ", " + sts + ": " + Reason.of(e).replace(token, "[redacted]"));
        }
    }

    /** With a duration of 0, which leaves it to STS. */
    private CredentialsConfig.WebIdentity fromEnvironment() throws FetchFailure {
        String file = environment
                .get("AWS_WEB_IDENTITY_TOKEN_FILE")
                .orElseThrow(() -> new FetchFailure("web-identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set"));
        String role = environment
                .get("AWS_ROLE_ARN")
                .orElseThrow(() ->
                        new FetchFailure("web-identity: AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not"));
        String session = environment.get("AWS_ROLE_SESSION_NAME").orElse("countersign");
        return new CredentialsConfig.WebIdentity(Path.of(file), role, session, 0, CredentialsConfig.Sts.OF_ENVIRONMENT);
    }

    private static String token(Path file) throws FetchFailure {
        try {
            String token = Files.readString(file).strip();
            if (token.isEmpty()) {
                throw new FetchFailure("web-identity: token file " + file + " is empty");
            }
            return token;
        } catch (IOException e) {
            throw new FetchFailure("web-identity: token file " + file + " can't be read: " + Reason.of(e));
        }
    }
}
