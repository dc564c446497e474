package io.countersign.cli.sources;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.cli.agents.Child;
import io.countersign.cli.agents.Http;
import io.countersign.cli.agents.Key;
import io.countersign.cli.agents.MetricsPage;
import io.countersign.cli.agents.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** The proxy in a process of its own, with a route for each source of credentials, at log level debug. */
final class SourcesProxy implements AutoCloseable {
    private static final String START_URL = "https://corp.awsapps.example/start";

    private final int port = Ports.free();
    private final int admin = Ports.free();
    private final Path folder;
    private final Child child;

    SourcesProxy(Path folder, int upstream, Endpoints endpoints, Key environment, List<String> sources)
            throws IOException {
        this.folder = folder;
        StringBuilder routes = new StringBuilder();
        for (String source : sources) {
            routes.append("""
                        %1$s {
                          match { path-prefix = "/%1$s" }
                          strip-prefix = "/%1$s"
                          upstream = "https://localhost:%2$d/prod"
                          service = execute-api
                          region = us-east-1
                          credentials = %1$s
                          tls { ca = "ca.pem" }
                        }
                    """.formatted(source, upstream));
        }
        Path web = Files.writeString(folder.resolve("web-token"), Endpoints.WEB_TOKEN);
        Path pod = Files.writeString(folder.resolve("pod-token"), Endpoints.POD_TOKEN);
        Path config = Files.writeString(folder.resolve("countersign.conf"), """
                countersign {
                  listeners = [{ bind = "127.0.0.1:%d" }]
                  admin { bind = "127.0.0.1:%d" }
                  log { level = debug, access = all }
                  credentials {
                    environment { type = environment }
                    profile { profile = gateway }
                    process { profile = process }
                    sso { profile = sso }
                    pod-identity { type = container }
                    imds { type = instance }
                    web-identity {
                      web-identity-token-file = "%3$s"
                      role-arn = "arn:aws:iam::111122223333:role/web-identity"
                      sts-endpoint = "%4$s"
                    }
                    assume-role {
                      source = environment
                      role-arn = "arn:aws:iam::111122223333:role/assume-role"
                      external-id = "%5$s"
                      sts-endpoint = "%4$s"
                    }
                    hub {
                      source = web-identity
                      role-arn = "arn:aws:iam::111122223333:role/hub"
                      sts-endpoint = "%4$s"
                    }
                    chain {
                      source = hub
                      role-arn = "arn:aws:iam::111122223333:role/chain"
                      sts-endpoint = "%4$s"
                    }
                  }
                  routes {
                %6$s  }
                }
                """.formatted(
                        port, admin, web, endpoints.url(""), Endpoints.EXTERNAL_ID, routes));
        Path profiles =
                Files.writeString(folder.resolve("aws-config"), """
                [profile process]
                credential_process = curl -sf %s
                [profile sso]
                sso_start_url = %s
                sso_region = us-east-1
                sso_account_id = 111122223333
                sso_role_name = Reporter
                """.formatted(endpoints.url("/process"), START_URL));
        logIn(folder);
        child = Child.java(
                folder.resolve("proxy.log"),
                Map.of(
                        "HOME", folder.toString(),
                        "AWS_ACCESS_KEY_ID", environment.id(),
                        "AWS_SECRET_ACCESS_KEY", environment.secret(),
                        "AWS_SESSION_TOKEN", environment.token(),
                        "AWS_SHARED_CREDENTIALS_FILE", profile().toString(),
                        "AWS_CONFIG_FILE", profiles.toString(),
                        "AWS_ENDPOINT_URL_SSO", endpoints.url(""),
                        "AWS_CONTAINER_CREDENTIALS_FULL_URI", endpoints.url("/container"),
                        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", pod.toString(),
                        "AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoints.url("")),
                "io.countersign.cli.Main",
                List.of("run", "--config=" + config));
    }

    /** What {@code aws sso login} leaves behind. */
    private static void logIn(Path home) throws IOException {
        try {
            byte[] name = MessageDigest.getInstance("SHA-1").digest(START_URL.getBytes(UTF_8));
            Path cache = Files.createDirectories(home.resolve(".aws/sso/cache"));
            Files.writeString(cache.resolve(HexFormat.of().formatHex(name) + ".json"), """
                    {"startUrl": "%s", "accessToken": "%s", "expiresAt": "2099-01-01T00:00:00Z"}""".formatted(
                            START_URL, Endpoints.SSO_TOKEN));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    void start() {
        child.start();
        child.awaitReady(this::canSign);
    }

    /** Whether every route can sign. */
    boolean canSign() {
        try {
            return !page("/readyz?signing").isEmpty();
        } catch (IOException no) {
            return false;
        }
    }

    /** Puts another key into the profile, whole at once. */
    void useProfile(Key key) throws IOException {
        Path fresh = Files.writeString(folder.resolve("credentials.new"), key.profile());
        Files.move(fresh, profile(), StandardCopyOption.ATOMIC_MOVE);
    }

    void loseProfile() throws IOException {
        Files.delete(profile());
    }

    private Path profile() {
        return folder.resolve("credentials");
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    String page(String path) throws IOException {
        return Http.get("http://127.0.0.1:" + admin + path);
    }

    MetricsPage metrics() throws IOException {
        return new MetricsPage(page("/metrics"));
    }

    /** Ends it as SIGTERM does; then its log is whole. */
    void stop() throws InterruptedException {
        child.terminate();
        child.awaitExit();
    }

    String output() {
        return child.output();
    }

    @Override
    public void close() {
        child.close();
    }
}
