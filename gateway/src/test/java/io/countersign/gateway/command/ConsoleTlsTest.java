package io.countersign.gateway.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.identity.Role;
import io.countersign.gateway.identity.Token;
import io.countersign.gateway.identity.TokensFile;
import io.countersign.gateway.testing.RunningGateway;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands over a console with TLS that asks for certificates on top of tokens. */
@Timeout(60)
class ConsoleTlsTest {
    @TempDir
    Path folder;

    private String token;

    private void write(String name, CertificateBuilder builder, Optional<X509Bundle> issuer) throws Exception {
        X509Bundle made = issuer.isPresent()
                ? builder.buildIssuedBy(issuer.get())
                : builder.setIsCertificateAuthority(true).buildSelfSigned();
        Files.writeString(folder.resolve(name + ".pem"), made.getCertificatePEM());
        Files.writeString(folder.resolve(name + ".key"), made.getPrivateKeyPEM());
    }

    private static CertificateBuilder named(String subject) {
        return new CertificateBuilder().ecp256().subject(subject);
    }

    /** The last line of what the command prints, the result or a fault. */
    private String run(String url, String... more) {
        List<String> arguments = new ArrayList<>(List.of("list", "--server", url));
        for (String each : more) {
            arguments.add(
                    each.endsWith(".pem") || each.endsWith(".key")
                            ? folder.resolve(each).toString()
                            : each);
        }
        StringWriter out = new StringWriter();
        PendingGroup.of(Map.of("COUNTERSIGN_TOKEN", token))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(arguments.toArray(String[]::new));
        return out.toString().strip();
    }

    @Test
    void showsTheTokenAndTheCertificateToTheRightServerAlone() throws Exception {
        X509Bundle authority =
                named("CN=clients").setIsCertificateAuthority(true).buildSelfSigned();
        Files.writeString(folder.resolve("clients.pem"), authority.getCertificatePEM());
        write("console", named("CN=console").addSanIpAddress("127.0.0.1"), Optional.empty());
        write("stranger", named("CN=stranger").addSanIpAddress("127.0.0.1"), Optional.empty());
        write("alice", named("CN=alice"), Optional.of(authority));
        token = new TokensFile(folder.resolve("tokens"))
                .add(new Token("alice", Optional.of(Role.VIEWER), Optional.empty()), new SecureRandom())
                .secret();
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (RunningGateway gateway = new RunningGateway(folder, """
                state.dir = "%s"
                console { bind = "127.0.0.1:%d", tokens-file = tokens
                          tls { certificate = "console.pem", key = "console.key", client-auth = required
                                client-ca = "clients.pem" } }
                routes { m { upstream = "http://127.0.0.1:9", auth = none } }
                """.formatted(folder.resolve("state"), port))) {
            String url = "https://127.0.0.1:" + port;
            assertTrue(!gateway.server().urls().contains(url), "callers and operators have addresses of their own");
            String[] good = {"--cacert", "console.pem", "--cert", "alice.pem", "--key", "alice.key"};
            assertEquals("nobody waits", run(url, good));

            assertFault("it asks for a client certificate", run(url, "--cacert", "console.pem"));
            assertFault("not trusted; trust it with --cacert", run(url, "--cert", "alice.pem", "--key", "alice.key"));
            assertFault("not trusted", run(url, "--cacert", "stranger.pem"));
            assertFault(
                    "its certificate is not good: No name matching localhost", run("https://localhost:" + port, good));
            assertFault("go together", run(url, "--cert", "alice.pem"));
            assertFault("is not the key of", run(url, "--cert", "alice.pem", "--key", "console.key"));
            assertFault("the gateway answers 400: this port speaks TLS", run("http://127.0.0.1:" + port));
            assertTrue(gateway.admin("/metrics").contains("countersign_console_wrong_tokens_total 0.0"));
        }
    }

    private void assertFault(String expected, String printed) {
        assertTrue(printed.contains(expected), printed);
        assertTrue(!printed.contains(token) && printed.lines().count() == 1, printed);
    }
}
