package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCredentialsTest {
    @TempDir
    Path folder;

    private IdentitySts sts;
    private ServerSocket upstream;

    @BeforeEach
    void start() throws Exception {
        sts = new IdentitySts();
        upstream = serve(Duration.ofDays(100));
    }

    @AfterEach
    void stop() throws IOException {
        sts.close();
        upstream.close();
    }

    /** Shakes hands and hangs up, by a certificate for localhost. */
    private ServerSocket serve(Duration left) throws Exception {
        X509Bundle authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=test authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        X509Bundle leaf = new CertificateBuilder()
                .ecp256()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .addExtendedKeyUsageServerAuth()
                .notBefore(Instant.now().minus(Duration.ofDays(1)))
                .notAfter(Instant.now().plus(left))
                .buildIssuedBy(authority);
        Files.writeString(folder.resolve("ca.pem"), authority.getCertificatePEM());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(leaf.toKeyManagerFactory().getKeyManagers(), null, null);
        ServerSocket server =
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> shakeHands(server), "loopback-upstream");
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    private static void shakeHands(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                ((SSLSocket) socket).startHandshake();
            } catch (IOException e) {
                // The test is over, or the caller did not like the certificate.
            }
        }
    }

    private String trusted = "tls.ca = ca.pem,";

    private Command check(String credentials, String route) throws IOException {
        Path config = Files.writeString(folder.resolve("c.conf"), """
                countersign {
                  credentials { %s }
                  routes { m { service = execute-api, region = eu-west-1, credentials = keys, %s %s } }
                }
                """.formatted(credentials, trusted, route));
        Map<String, String> environment = new HashMap<>(Map.of("AWS_ENDPOINT_URL_STS", sts.url(), "HOME", "/nowhere"));
        Command check = Command.run(environment, "", "check", "--config", config.toString(), "--credentials");
        assertFalse((check.out() + check.err()).contains("canary"), check.out() + check.err());
        return check;
    }

    private Command check(String route) throws IOException {
        return check("keys { access-key-id = AKIDAGENT, secret-access-key = canary-secret }", route);
    }

    private String url() {
        return "upstream = \"https://localhost:" + upstream.getLocalPort() + "\"";
    }

    private static void says(Command check, String... parts) {
        for (String part : parts) {
            assertTrue(check.out().contains(part), () -> "no '" + part + "' in\n" + check.out() + check.err());
        }
    }

    @Test
    void tellsWhoseKeysTheyAreAndHowTheUpstreamAnswers() throws IOException {
        Command check = check(url());

        assertEquals(0, check.exitCode(), check.out() + check.err());
        says(
                check,
                "credentials keys: arn:aws:iam::111122223333:user/agent in account 111122223333, from static; long-lived",
                "route m: localhost:" + upstream.getLocalPort()
                        + " (127.0.0.1) answers by TLSv1.3, certificate for localhost",
                "good for another 99 days",
                "route m: signs for execute-api in eu-west-1 as arn:aws:iam::111122223333:user/agent");
        assertTrue(sts.authorizations.get(0).contains("AKIDAGENT/"), sts.authorizations.toString());
        assertTrue(sts.authorizations.get(0).contains("/eu-west-1/sts/"), sts.authorizations.toString());
        assertFalse(check.out().contains("credentials default"), "nobody signs with it");
    }

    @Test
    void failsWhenStsDoesNotKnowTheKeys() throws IOException {
        sts.refuses = true;
        Command check = check(url());

        assertEquals(1, check.exitCode());
        says(
                check,
                "credentials keys: FAILED: credentials from static; long-lived, but STS " + sts.url(),
                "The security token included in the request is invalid",
                "route m: FAILED: cannot be relied on to sign: credentials keys failed");
    }

    @Test
    void saysThatKeysWithATokenAreTemporary() throws IOException {
        Command check = check(
                "keys { access-key-id = ASIAAGENT, secret-access-key = canary-secret, session-token = canary-token }",
                url());

        assertEquals(0, check.exitCode(), check.out() + check.err());
        says(check, "from static; temporary, expiry unknown");
        assertFalse((check.out() + check.err()).contains("canary"), check.out());
    }

    @Test
    void failsWhenASourceHasNoKeys() throws IOException {
        Command check = check("keys { profile = nobody }", url());

        assertEquals(1, check.exitCode());
        says(check, "credentials keys: FAILED: no profile 'nobody' in /nowhere/.aws/credentials (no such file)");
    }

    @Test
    void tellsAClockThatIsOff() throws IOException {
        sts.ahead = Duration.ofSeconds(412);
        Command behind = check(url());
        assertEquals(1, behind.exitCode());
        says(
                behind,
                "credentials keys: FAILED: this machine's clock is 6 min behind that of STS",
                "set the clock (NTP)");

        sts.ahead = Duration.ofSeconds(-130);
        Command ahead = check(url());
        assertEquals(0, ahead.exitCode(), ahead.out());
        says(ahead, "credentials keys: this machine's clock is 1", " s ahead of that of STS");
    }

    @Test
    void tellsTheNamesOfACertificateForAnother() throws IOException {
        Command check = check("upstream { url = \"https://api.example.com\", connect = \"127.0.0.1:"
                + upstream.getLocalPort() + "\" }");

        assertEquals(1, check.exitCode());
        says(
                check,
                "route m: FAILED: 127.0.0.1:" + upstream.getLocalPort(),
                "TLS with the name api.example.com fails",
                "its certificate is for localhost, by CN=test authority");
    }

    @Test
    void asksForTheNameThatIsSet() throws IOException {
        Command check = check("upstream { url = \"https://api.example.com\", sni = localhost, connect = \"127.0.0.1:"
                + upstream.getLocalPort() + "\" }");

        assertEquals(0, check.exitCode(), check.out());
        says(check, "certificate for localhost");
    }

    @Test
    void tellsAnAuthorityThatIsNotTrusted() throws IOException {
        trusted = "";
        Command check = check(url());

        assertEquals(1, check.exitCode());
        says(check, "by CN=test authority", "set upstream.sni to one of its names, or tls.ca to its authority");
    }

    @Test
    void tellsACertificateThatIsAboutToExpire() throws Exception {
        upstream.close();
        upstream = serve(Duration.ofDays(5));
        Command check = check(url());

        assertEquals(1, check.exitCode());
        says(check, "but its certificate for localhost expires in 4 days");
    }

    @Test
    void tellsWhereNobodyListens() throws IOException {
        upstream.close();
        Command check = check(url());

        assertEquals(1, check.exitCode());
        says(check, "route m: FAILED: localhost:", "takes no connection (", "check security groups");
    }

    @Test
    void tellsANameThatResolvesToNothing() throws IOException {
        Command check = check("upstream = \"https://nowhere.invalid\"");

        assertEquals(1, check.exitCode());
        says(check, "route m: FAILED: nowhere.invalid resolves to no address");
    }
}
