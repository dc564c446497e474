package io.countersign.proxy.credentials.provider;

import static io.countersign.proxy.credentials.provider.ProfileProvider.property;
import static io.countersign.proxy.credentials.provider.ServiceEndpoint.NO_PROFILES;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsProvider;
import io.countersign.proxy.credentials.FetchFailure;
import io.countersign.proxy.credentials.Fetched;
import io.countersign.proxy.credentials.Principal;
import io.countersign.proxy.credentials.Reason;
import io.countersign.proxy.secrets.Secrets;
import io.countersign.sigv4.AwsCredentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
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
 * The credentials of a profile that logs in by SSO (IAM Identity Center). The portal is asked here and not by the SDK's profile
 * provider, which does not say when the credentials expire.
 */
record SsoProvider(Profile section, ProfileFile file, Environment environment) implements CredentialsProvider {
    private static final List<String> KEYS = List.of("sso_account_id", "sso_role_name", "sso_session", "sso_start_url");

    /** Whether any of its settings is there; one that is missing is then reported. */
    static boolean fits(Profile section) {
        return KEYS.stream().anyMatch(key -> property(section, key).isPresent());
    }

    @Override
    public String kind() {
        return "profile";
    }

    private String profile() {
        return section.name();
    }

    @Override
    public Fetched fetch() throws FetchFailure {
        String account = required("sso_account_id");
        String role = required("sso_role_name");
        Optional<String> name = property(section, "sso_session");
        Optional<Profile> session = name.flatMap(known -> file.getSection("sso-session", known));
        if (name.isPresent() && session.isEmpty()) {
            throw new FetchFailure("profile " + profile() + ": no sso-session '" + name.get() + "' in "
                    + ProfileFiles.of(environment));
        }
        String region = property(session.orElse(section), "sso_region")
                .orElseThrow(() -> new FetchFailure("profile " + profile() + ": sso_region is not set"));
        if (name.isEmpty()) {
            return fetch(region, account, role, cachedToken(required("sso_start_url")), false);
        }
        Optional<String> cached = readCache(cache(name.get()));
        if (cached.isPresent()) {
            try {
                return fetch(region, account, role, cached.get(), true);
            } catch (UnauthorizedException expired) {
                // The SDK renews it by its refresh token.
            }
        }
        return fetch(region, account, role, sessionToken(), false);
    }

    private String required(String key) throws FetchFailure {
        return property(section, key)
                .orElseThrow(() -> new FetchFailure("profile " + profile() + ": " + key + " is not set"));
    }

    /** @param renewable an expired token is the caller's to renew: it comes out as the exception that it is */
    private Fetched fetch(String region, String account, String role, String token, boolean renewable)
            throws FetchFailure {
        try (SsoClient client = client(region)) {
            RoleCredentials credentials = client.getRoleCredentials(request ->
                            request.accessToken(token).accountId(account).roleName(role))
                    .roleCredentials();
            return new Fetched(
                    new AwsCredentials(
                            credentials.accessKeyId(), credentials.secretAccessKey(), credentials.sessionToken()),
                    Optional.ofNullable(credentials.expiration()).map(Instant::ofEpochMilli),
                    "profile " + profile(),
                    Principal.ofAccount(account));
        } catch (UnauthorizedException e) {
            if (renewable) {
                throw e;
            }
            throw new FetchFailure("profile " + profile() + ": the SSO login has expired; " + login());
        } catch (RuntimeException e) {
            throw new FetchFailure(
                    "profile " + profile() + ", SSO in " + region + ": " + Reason.of(e, Secrets.NONE.and(token)));
        }
    }

    private SsoClient client(String region) throws FetchFailure {
        SsoClientBuilder builder = SsoClient.builder()
                .region(Region.of(region))
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .overrideConfiguration(override ->
                        override.retryStrategy(retry -> retry.maxAttempts(2)).defaultProfileFile(NO_PROFILES))
                .httpClient(AwsHttp.client(environment));
        Optional<ServiceEndpoint> endpoint = ServiceEndpoint.of("SSO", Optional.of(section), file, environment);
        if (endpoint.isPresent()) {
            builder.endpointOverride(endpoint.get().uri("profile " + profile()));
        }
        return builder.build();
    }

    /** Of an {@code sso-session}. */
    private String sessionToken() throws FetchFailure {
        try (ProfileTokenProvider provider = ProfileTokenProvider.builder()
                .profileFile(() -> file)
                .profileName(profile())
                .build()) {
            return provider.resolveToken().token();
        } catch (RuntimeException e) {
            throw new FetchFailure("profile " + profile() + ": " + Reason.of(e) + "; " + login());
        }
    }

    private String cachedToken(String startUrl) throws FetchFailure {
        Path cache = cache(startUrl);
        if (!Files.isReadable(cache)) {
            throw new FetchFailure("profile " + profile() + ": no SSO login in " + cache + "; " + login());
        }
        return readCache(cache)
                .orElseThrow(() -> new FetchFailure(
                        "profile " + profile() + ": " + cache + " is not a login that aws sso login wrote"));
    }

    /** As {@code aws sso login} leaves it, in a file named after the SHA-1 of the session's name or the start URL. */
    private Path cache(String named) {
        return environment.home().resolve(".aws/sso/cache/" + sha1(named) + ".json");
    }

    private static Optional<String> readCache(Path cache) {
        try {
            return CredentialsDocument.of(Files.readString(cache)).flatMap(json -> json.member("accessToken"));
        } catch (IOException notThere) {
            return Optional.empty();
        }
    }

    private String login() {
        return "run: aws sso login --profile " + profile();
    }

    private static String sha1(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** A profile holds whatever its file does. */
    @Override
    public String toString() {
        return "SsoProvider[profile " + profile() + "]";
    }
}
