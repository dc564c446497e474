package io.countersign.cli.sign;

import io.countersign.sigv4.AwsKeys;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;

/** Which keys to sign with: the environment's, or a profile's. */
public final class Keys {
    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "Keys of that AWS profile; else AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.")
    Optional<String> profile = Optional.empty();

    AwsKeys resolve(Map<String, String> environment) throws InputFault {
        try {
            return profile.isPresent() ? ofProfile(profile.get()) : ofEnvironment(environment);
        } catch (IllegalArgumentException e) {
            throw new InputFault("the keys cannot be used: " + e.getMessage());
        }
    }

    private static AwsKeys ofEnvironment(Map<String, String> environment) throws InputFault {
        String id = environment.getOrDefault("AWS_ACCESS_KEY_ID", "");
        String secret = environment.getOrDefault("AWS_SECRET_ACCESS_KEY", "");
        if (id.isEmpty() || secret.isEmpty()) {
            throw new InputFault("no keys to sign with: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                    + " (and AWS_SESSION_TOKEN, if they came with one), or name a --profile");
        }
        return new AwsKeys(id, secret, environment.get("AWS_SESSION_TOKEN"));
    }

    private static AwsKeys ofProfile(String name) throws InputFault {
        try (ProfileCredentialsProvider provider = ProfileCredentialsProvider.create(name)) {
            AwsCredentials found = provider.resolveCredentials();
            String token = found instanceof AwsSessionCredentials session ? session.sessionToken() : null;
            return new AwsKeys(found.accessKeyId(), found.secretAccessKey(), token);
        } catch (SdkException e) {
            throw new InputFault("profile '" + name + "': " + e.getMessage());
        }
    }
}
