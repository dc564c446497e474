package io.countersign.proxy.credentials;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.countersign.sigv4.AwsKeys;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.token.credentials.ProfileTokenProvider;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sso.SsoClient;
import software.amazon.awssdk.services.sso.SsoClientBuilder;
import software.amazon.awssdk.services.sso.model.RoleCredentials;
import software.amazon.awssdk.services.sso.model.UnauthorizedException;

/**
 * The keys of a profile that logs in by SSO (IAM Identity Center). The portal is asked here and not by the SDK's profile
 * provider, which does not say when the keys expire.
 */
record SsoKeys(String profile, ProfileFile file, Environment environment) {

    static boolean fits(Profile profile) {
        return profile.property("role_arn").isEmpty()
                && profile.property("sso_account_id").isPresent()
                && profile.property("sso_role_name").isPresent()
                && (profile.property("sso_session").isPresent()
                        || profile.property("sso_start_url").isPresent());
    }

    Fetched fetch(Profile section) throws FetchFailure {
        Optional<Profile> session =
                section.property("sso_session").flatMap(name -> file.getSection("sso-session", name));
        String region = session.orElse(section)
                .property("sso_region")
                .orElseThrow(() -> new FetchFailure("profile " + profile + ": sso_region is not set"));
        String token = section.property("sso_session").isPresent()
                ? sessionToken()
                : cachedToken(section.property("sso_start_url").orElseThrow());
        try (SsoClient client = client(region)) {
            RoleCredentials keys = client.getRoleCredentials(request -> request.accessToken(token)
                            .accountId(section.property("sso_account_id").orElseThrow())
                            .roleName(section.property("sso_role_name").orElseThrow()))
                    .roleCredentials();
            return new Fetched(
                    new AwsKeys(keys.accessKeyId(), keys.secretAccessKey(), keys.sessionToken()),
                    Optional.ofNullable(keys.expiration()).map(Instant::ofEpochMilli),
                    "profile " + profile);
        } catch (UnauthorizedException e) {
            throw new FetchFailure("profile " + profile + ": the SSO login has expired; " + login());
        } catch (RuntimeException e) {
            throw new FetchFailure("profile " + profile + ", SSO in " + region + ": "
                    + Reason.of(e).replace(token, "[redacted]"));
        }
    }

    private SsoClient client(String region) {
        SsoClientBuilder builder = SsoClient.builder()
                .region(Region.of(region))
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .overrideConfiguration(override -> override.retryStrategy(retry -> retry.maxAttempts(2)))
                .httpClientBuilder(EgressProxy.client(environment));
        environment.get("AWS_ENDPOINT_URL_SSO").ifPresent(url -> builder.endpointOverride(URI.create(url)));
        return builder.build();
    }

    /** Of an {@code sso-session}: the SDK renews it by its refresh token. */
    private String sessionToken() throws FetchFailure {
        try (ProfileTokenProvider provider = ProfileTokenProvider.builder()
                .profileFile(() -> file)
                .profileName(profile)
                .build()) {
            return provider.resolveToken().token();
        } catch (RuntimeException e) {
            throw new FetchFailure("profile " + profile + ": " + Reason.of(e) + "; " + login());
        }
    }

    /** As {@code aws sso login} leaves it, in a file named after the start URL's SHA-1. */
    private String cachedToken(String startUrl) throws FetchFailure {
        Path cache = environment.home().resolve(".aws/sso/cache/" + sha1(startUrl) + ".json");
        if (!Files.isReadable(cache)) {
            throw new FetchFailure("profile " + profile + ": no SSO login in " + cache + "; " + login());
        }
        try {
            Config json = ConfigFactory.parseFile(
                    cache.toFile(), ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
            return json.getString("accessToken");
        } catch (ConfigException e) {
            // Its message may quote the file.
            throw new FetchFailure("profile " + profile + ": " + cache + " is not a login that aws sso login wrote");
        }
    }

    private String login() {
        return "run: aws sso login --profile " + profile;
    }

    private static String sha1(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
