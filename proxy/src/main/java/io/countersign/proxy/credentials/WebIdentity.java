package io.countersign.proxy.credentials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleWithWebIdentityRequest;

/** STS AssumeRoleWithWebIdentity with a token file that someone else rotates: IAM roles for Kubernetes service accounts. */
record WebIdentity(Environment environment) implements KeyFetch {
    @Override
    public String kind() {
        return "web-identity";
    }

    @Override
    public Optional<String> absence() {
        return environment.get("AWS_WEB_IDENTITY_TOKEN_FILE").isPresent()
                ? Optional.empty()
                : Optional.of("AWS_WEB_IDENTITY_TOKEN_FILE is not set");
    }

    @Override
    public Fetched fetch() throws FetchFailure {
        String file = environment
                .get("AWS_WEB_IDENTITY_TOKEN_FILE")
                .orElseThrow(() -> new FetchFailure("web-identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set"));
        String role = environment
                .get("AWS_ROLE_ARN")
                .orElseThrow(() ->
                        new FetchFailure("web-identity: AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not"));
        StsSettings sts = StsSettings.of(Optional.empty(), Optional.empty(), role, environment);
        String source = "web-identity " + role;
        String token = token(Path.of(file));
        AssumeRoleWithWebIdentityRequest request = AssumeRoleWithWebIdentityRequest.builder()
                .roleArn(role)
                .roleSessionName(environment.get("AWS_ROLE_SESSION_NAME").orElse("countersign"))
                .webIdentityToken(token)
                .build();
        try (StsClient client = sts.client(AnonymousCredentialsProvider.create())) {
            return SdkKeys.of(client.assumeRoleWithWebIdentity(request).credentials(), source);
        } catch (RuntimeException e) {
            throw new FetchFailure(source + ", " + sts + ": " + Reason.of(e).replace(token, "[redacted]"));
        }
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
