package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.pkitesting.CertificateBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code rules test}, {@code check}, {@code allow} and {@code deny}. */
class RulesCommandTest {
    @TempDir
    Path folder;

    private Path config;
    private Path deny;

    @BeforeEach
    void write() throws IOException {
        deny = Files.writeString(folder.resolve("deny.list"), "# guests\n10.9.0.0/16 # INC-1\n");
        config = configuration("deny-files = [\"deny.list\"]");
    }

    @Test
    void testsAnAddress() throws IOException {
        Command denied = rules("test", "10.9.1.1");
        assertEquals(1, denied.exitCode(), denied.err());
        assertEquals("denied by deny.list:2 (10.9.0.0/16)  # INC-1\n", denied.out());
        Command allowed = rules("test", "10.1.1.1");
        assertEquals(0, allowed.exitCode());
        assertTrue(allowed.out().startsWith("allowed by access.allow[0] (10.0.0.0/8)"), allowed.out());
        assertEquals(1, rules("test", "192.0.2.1").exitCode());
        assertEquals(2, rules("test", "10.9.0.0/16").exitCode());
        assertEquals(2, rules("test", "localhost").exitCode());
        config = configuration("mode = audit, deny-files = [\"deny.list\"]");
        Command audit = rules("test", "10.9.1.1");
        assertEquals(0, audit.exitCode());
        assertTrue(audit.out().contains("audit; enforced it would be denied by deny.list:2"), audit.out());
    }

    /** The same checks as a request goes through: route, method, host, and the statement that decides. */
    @Test
    void testsARequest() throws IOException {
        Files.writeString(folder.resolve("policy.json"), """
                {"Version": "2012-10-17", "Statement": [
                  {"Sid": "Read", "Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke",
                   "Resource": "execute-api:/prod/GET/*"},
                  {"Sid": "NoAdmin", "Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke",
                   "Resource": "execute-api:/prod/*/admin"}]}
                """);
        config = Files.writeString(folder.resolve("routes.conf"), """
                countersign {
                  access { allow = ["10.0.0.0/8"], deny = ["10.9.0.0/16"], allowed-hosts = [localhost, proxy.internal] }
                  routes {
                    api { upstream = "https://abc123.execute-api.us-east-1.amazonaws.com/prod", policy-files = ["policy.json"]
                      match { path-prefix = "/api" }, strip-prefix = "/api" }
                    plain { upstream = "https://abc123.execute-api.us-east-1.amazonaws.com/prod"
                      match { path-prefix = "/plain", methods = [POST] } }
                  }
                }
                """);
        Command allowed = rules("test", "10.1.1.1", "--path", "/api/pets");
        assertEquals(0, allowed.exitCode(), allowed.err());
        assertEquals(
                List.of(
                        "allowed by access.allow[0] (10.0.0.0/8)",
                        "GET /api/pets for localhost",
                        "takes route api, to https://abc123.execute-api.us-east-1.amazonaws.com/prod",
                        "allowed by statement policy.json:2 (Sid \"Read\")",
                        "the request is allowed: it goes upstream"),
                allowed.out().lines().toList());
        Command denied = rules("test", "10.1.1.1", "--path", "/api/admin", "--method", "POST");
        assertEquals(1, denied.exitCode(), denied.err());
        assertTrue(
                denied.out()
                        .endsWith(
                                "refused with 403: the request is denied by policy: policy.json:4 (Sid \"NoAdmin\")\n"),
                denied.out());
        Command left = rules("test", "10.1.1.1", "--path", "/api/pets", "--method", "POST", "--host", "proxy.internal");
        assertEquals(0, left.exitCode(), left.err());
        assertTrue(
                left.out().contains("no statement of the route's policies matches\nthe request is left to IAM"),
                left.out());
        Command plain = rules("test", "10.1.1.1", "--path", "/plain", "--method", "POST");
        assertTrue(plain.out().endsWith("the route has no policy\n"), plain.out());
        assertRefused("405: the route takes POST, not GET", "/plain");
        assertRefused("404: no route takes the path /other", "/other");
        assertRefused("400: the path holds a dot segment", "/api/../admin");
        assertRefused("421: ", "/api/pets", "--host", "elsewhere");
        Command stranger = rules("test", "10.9.1.1", "--path", "/api/pets");
        assertEquals(1, stranger.exitCode());
        assertEquals("denied by access.deny[0] (10.9.0.0/16)\n", stranger.out());
        assertEquals(2, rules("test", "10.1.1.1", "--method", "GET").exitCode());
        assertEquals(2, rules("test", "10.1.1.1", "--path", "api").exitCode());
        assertEquals(2, rules("test", "10.1.1.1", "--path", "/api?x=1").exitCode());
        assertEquals(
                2,
                rules("test", "10.1.1.1", "--path", "/api", "--method", "G T").exitCode());
        Files.writeString(config, Files.readString(config).replace("access {", "access { mode = audit,"));
        Command audit = rules("test", "10.1.1.1", "--path", "/api/admin");
        assertEquals(0, audit.exitCode(), audit.err());
        assertTrue(audit.out().contains("denied by statement policy.json:4 (Sid \"NoAdmin\")\n"), audit.out());
        assertTrue(audit.out().endsWith("enforced it would be denied\n"), audit.out());
    }

    /** Of a caller by a Unix socket, who has no address. */
    @Test
    void testsAUser() throws IOException {
        config = configuration("allow-users = [daemon], deny-users = [4242], trusted-proxies = [\"10.0.0.7\"]");
        Command allowed = rules("test", "--user", "daemon", "--path", "/");
        assertEquals(0, allowed.exitCode(), allowed.err());
        assertTrue(allowed.out().startsWith("allowed by access.allow-users[0] (daemon)\nGET / for"), allowed.out());
        Command denied = rules("test", "--user", "4242");
        assertEquals(1, denied.exitCode(), denied.err());
        assertEquals("denied by access.deny-users[0] (4242)\n", denied.out());
        assertEquals(1, rules("test", "--user", "nobody").exitCode());
        assertEquals(2, rules("test", "--user", "no-such-user").exitCode());
        assertEquals(2, rules("test", "--user", "daemon", "10.1.1.1").exitCode());
        assertEquals(2, rules("test").exitCode());
        assertTrue(rules("test", "10.0.0.7").err().contains("10.0.0.7 is in access.trusted-proxies"));
    }

    /** As a listener would see it that asks for certificates. */
    @Test
    void testsACertificate() throws Exception {
        Path shown = folder.resolve("client.pem");
        Files.writeString(
                shown,
                new CertificateBuilder()
                        .subject("CN=agent-7")
                        .setIsCertificateAuthority(true)
                        .buildSelfSigned()
                        .getCertificatePEM());
        config = configuration("allow-certificates = [\"CN=agent-*\"], deny-certificates = [\"CN=old-*\"]");
        Command allowed = rules("test", "10.1.1.1", "--certificate", shown.toString());
        assertEquals(0, allowed.exitCode(), allowed.err());
        assertEquals("", allowed.err());
        Command stranger = rules("test", "192.0.2.1", "--certificate", shown.toString());
        assertEquals(1, stranger.exitCode(), stranger.out());
        Command without = rules("test", "10.1.1.1");
        assertEquals(0, without.exitCode(), without.out());
        assertTrue(without.err().contains("rules on certificates don't judge it"), without.err());
        assertTrue(
                rules().out().contains("  CN=old-*  access.deny-certificates[0]\nallow:\n  CN=agent-*  "),
                rules().out());
        config = configuration("deny-certificates = [\"CN=agent-*\"]");
        Command denied = rules("test", "10.1.1.1", "--certificate", shown.toString());
        assertEquals(1, denied.exitCode(), denied.out());
        assertEquals("denied by access.deny-certificates[0] (CN=agent-*)\n", denied.out());
        assertEquals(
                2, rules("test", "10.1.1.1", "--certificate", deny.toString()).exitCode());
        assertEquals(
                2, rules("test", "10.1.1.1", "--certificate", "no-such-file").exitCode());
        assertEquals(
                2,
                rules("test", "--user", "daemon", "--certificate", shown.toString())
                        .exitCode());
    }

    /** What can't be fetched is said, and nothing is decided without it; check says that it did not look. */
    @Test
    void saysThatAListIsNotToBeHad() throws IOException {
        config = configuration("deny-files = [\"https://localhost:1/deny.list?token=hunter2\"]");
        Command test = rules("test", "10.1.1.1");
        assertEquals(2, test.exitCode(), test.out());
        assertTrue(test.err().contains("https://localhost:1/deny.list?... was never fetched"), test.err());
        assertTrue(test.err().contains("refuses connections"), test.err());
        assertFalse((test.out() + test.err()).contains("hunter2"), test.err());
        assertEquals(2, rules().exitCode());
        Command check = Command.run("check", "--config", config.toString());
        assertEquals(0, check.exitCode(), check.err());
        assertTrue(
                check.err().contains("note: https://localhost:1/deny.list?... was not looked at; --fetch does that"),
                check.err());
        assertEquals(
                2,
                Command.run("check", "--fetch", "--config", config.toString()).exitCode());
    }

    /** What only the gateway that runs can know is said, with how to ask it. */
    @Test
    void saysWhoKnowsWhoWasApproved() throws IOException {
        config = Files.writeString(folder.resolve("approval.conf"), """
                countersign {
                  access.allow = ["10.0.0.0/8"]
                  state.dir = state
                  routes.api { upstream = "https://abc123.execute-api.us-east-1.amazonaws.com/prod", approval = required }
                }
                """);
        Command waiting = rules("test", "10.1.1.1", "--path", "/x");
        assertEquals(1, waiting.exitCode(), waiting.err());
        assertTrue(waiting.err().contains("by POST /api/v1/rules/test"), waiting.err());
        assertFalse(rules("test", "10.1.1.1").err().contains("approved"));
    }

    private void assertRefused(String how, String path, String... more) {
        Command refused = rules(Stream.concat(Stream.of("test", "10.1.1.1", "--path", path), Stream.of(more))
                .toArray(String[]::new));
        assertEquals(1, refused.exitCode(), refused.err());
        assertTrue(refused.out().contains("refused with " + how), refused.out());
    }

    @Test
    void checkShowsWhatHasNoEffect() throws IOException {
        Command clean = rules("check");
        assertEquals(0, clean.exitCode(), clean.out());
        assertEquals("nothing to report on 1 deny and 1 allow entries\n", clean.out());
        Files.writeString(deny, """
                10.9.0.0/16
                10.9.1.1
                10.9.0.0/16 # again
                10.8.0.1 # until 2020-01-31
                10.0.0.0/8
                """);
        Command found = rules("check");
        assertEquals(1, found.exitCode());
        assertEquals(
                List.of(
                        "deny.list:4: expired: 10.8.0.1 ended at 2020-02-01T00:00:00Z",
                        "deny.list:3: duplicate: 10.9.0.0/16 is also at deny.list:1, which decides",
                        "deny.list:1: shadowed: 10.9.0.0/16 is within deny.list:5 (10.0.0.0/8), so it changes nothing",
                        "deny.list:2: shadowed: 10.9.1.1 is within deny.list:1 (10.9.0.0/16), so it changes nothing",
                        "access.allow[0]: contradictory: 10.0.0.0/8 allows nobody: deny.list:5 (10.0.0.0/8) denies it as a"
                                + " whole, and deny wins"),
                found.out().lines().toList());
        Files.writeString(deny, "10.0.0.1\n".repeat(100));
        Command many = rules("check");
        assertEquals(21, many.out().lines().count());
        assertTrue(many.out().endsWith("and 79 more duplicate entries\n"), many.out());
    }

    @Test
    void addsAnEntryAndKeepsTheRest() throws IOException {
        Files.setPosixFilePermissions(deny, PosixFilePermissions.fromString("rw-r-----"));
        Command added = rules("deny", "10.1.2.3", "--comment", "INC-42 n\u00f6isy", "--until", "2099-01-31");
        assertEquals(0, added.exitCode(), added.err());
        assertEquals(deny + ":3: added: 10.1.2.3  # INC-42 n\u00f6isy, until 2099-01-31\n", added.out());
        assertEquals(
                "# guests\n10.9.0.0/16 # INC-1\n10.1.2.3  # INC-42 n\u00f6isy, until 2099-01-31\n",
                Files.readString(deny));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(deny)));
        assertEquals(1, rules("test", "10.1.2.3").exitCode());
        assertOnlyLists();
    }

    @Test
    void changesTheLineThatIsThere() throws IOException {
        Files.writeString(deny, "\uFEFF10.1.2.3 # noisy, until 2020-01-31\r\n::1\r\n2001:db8::1 # keep");
        assertEquals(0, rules("deny", "10.1.2.3").exitCode());
        assertEquals("\uFEFF10.1.2.3  # noisy\r\n::1\r\n2001:db8::1 # keep", Files.readString(deny));
        Command unchanged = rules("deny", "2001:db8:0::1");
        assertEquals(deny + ":3: unchanged: 2001:db8::1 # keep\n", unchanged.out());
        rules("deny", "2001:db8::1", "--until", "2099-01-01T12:00:00+02:00");
        rules("deny", "::1", "--comment", "me");
        rules("deny", "10.2.0.0/16");
        assertEquals(
                "\uFEFF10.1.2.3  # noisy\r\n::1  # me\r\n2001:db8::1  # keep, until 2099-01-01T10:00:00Z\r\n10.2.0.0/16\r\n",
                Files.readString(deny));
        Command again = rules("deny", "2001:db8::1", "--comment", "other words");
        assertTrue(again.out().endsWith("2001:db8::1  # other words, until 2099-01-01T10:00:00Z\n"), again.out());
    }

    @Test
    void takesADurationFromNow() throws IOException {
        Instant before = Instant.now();
        Command added = rules("deny", "10.1.2.3", "--until", "90m");
        String until = added.out().replaceFirst("(?s).*until ", "").strip();
        assertTrue(Instant.parse(until).isAfter(before.plusSeconds(89 * 60)), until);
        assertTrue(Instant.parse(until).isBefore(before.plusSeconds(91 * 60)), until);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tomorrow", "2020-01-01", "0h", "2h 5m", "2027-13-01", ""})
    void refusesAnEndThatIsNoneOrPast(String until) throws IOException {
        assertEquals(2, rules("deny", "10.1.2.3", "--until", until).exitCode());
        assertEquals("# guests\n10.9.0.0/16 # INC-1\n", Files.readString(deny));
    }

    @ParameterizedTest
    @ValueSource(strings = {"two\nlines", "", "good until noon", "Until"})
    void refusesACommentThatWouldBeReadAsSomethingElse(String comment) throws IOException {
        assertEquals(2, rules("deny", "10.1.2.3", "--comment", comment).exitCode());
        assertEquals("# guests\n10.9.0.0/16 # INC-1\n", Files.readString(deny));
    }

    @Test
    void saysWhatElseDecides() {
        Command allowed =
                rules("allow", "10.9.1.1", "--file", file("allow.list", "").toString());
        assertEquals(0, allowed.exitCode(), allowed.err());
        assertEquals("note: 10.9.1.1 is denied by deny.list:2 (10.9.0.0/16)  # INC-1\n", allowed.err());
    }

    @Test
    void asksWhichFileIsMeant() throws IOException {
        Command none = rules("allow", "10.1.2.3");
        assertEquals(2, none.exitCode());
        assertTrue(none.err().contains("names no allow file"), none.err());
        Path more = file("more.list", "");
        config = configuration("deny-files = [\"deny.list\", \"more.list\"]");
        Command several = rules("deny", "10.1.2.3");
        assertEquals(2, several.exitCode());
        assertTrue(several.err().contains(deny + ", " + more), several.err());
        assertEquals(
                0,
                Command.run("rules", "deny", "10.1.2.3", "--file", more.toString())
                        .exitCode());
        assertEquals("10.1.2.3\n", Files.readString(more));
    }

    @Test
    void refusesLinksFaultyListsAndMissingFiles() throws IOException {
        Path data = Files.createDirectory(folder.resolve("..data"));
        Path mounted = Files.writeString(data.resolve("mounted.list"), "10.0.0.1\n");
        Path link = Files.createSymbolicLink(folder.resolve("mounted.list"), Path.of("..data", "mounted.list"));
        Command linked = rules("deny", "10.1.2.3", "--file", link.toString());
        assertEquals(2, linked.exitCode());
        assertTrue(linked.err().contains("symbolic link") && linked.err().contains("configmap"), linked.err());
        assertEquals("10.0.0.1\n", Files.readString(mounted));
        Path faulty = file("faulty.list", "10.0.0.1\n010.0.0.1\n");
        Command refused = rules("deny", "10.1.2.3", "--file", faulty.toString());
        assertEquals(2, refused.exitCode());
        assertTrue(refused.err().contains("faulty.list:2: "), refused.err());
        assertEquals("10.0.0.1\n010.0.0.1\n", Files.readString(faulty));
        assertEquals(
                2,
                rules("deny", "10.1.2.3", "--file", folder.resolve("none").toString())
                        .exitCode());
        assertFalse(Files.exists(folder.resolve("none")));
    }

    /** Whoever reads meanwhile finds a whole list, too. */
    @Test
    void losesNoEditOfManyAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            List<Future<Command>> edits = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                String address = "10.5.0." + i;
                edits.add(threads.submit(() -> Command.run("rules", "deny", address, "--file", deny.toString())));
            }
            for (Future<Command> edit : edits) {
                String read = Files.readString(deny);
                assertTrue(read.startsWith("# guests\n") && read.endsWith("\n"), read);
                assertEquals(0, edit.get().exitCode(), edit.get().err());
            }
        } finally {
            threads.shutdownNow();
        }
        List<String> lines = Files.readAllLines(deny);
        assertEquals(62, lines.size());
        assertEquals(62, lines.stream().distinct().count());
        assertOnlyLists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"test", "check", "allow", "deny"})
    void hasHelp(String command) {
        Command help = Command.run("rules", command, "--help");
        assertEquals(0, help.exitCode(), help.err());
        assertTrue(help.out().startsWith("Usage: countersign rules " + command), help.out());
    }

    private void assertOnlyLists() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of("deny.list", "good.conf"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    private Path file(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** With the gateway on the class path, its tenants are asked as well. */
    @Test
    void testsARequestOfATenant() throws IOException {
        config = Files.writeString(folder.resolve("tenants.conf"), """
                countersign {
                  access { allow = ["10.0.0.0/8"] }
                  credentials.role { role-arn = "arn:aws:iam::123456789012:role/x", source = default }
                  routes { metrics { upstream = "https://abc123.execute-api.us-east-1.amazonaws.com/prod" } }
                  tenants {
                    payments { match { tokens = [batch], addresses = ["10.1.0.0/16"] }, routes = [metrics]
                               credentials = role, rate = 5/s }
                    edge { match.listeners = ["127.0.0.1:8005"], routes = [metrics] }
                  }
                }
                """);
        Command tenant = rules("test", "10.1.1.1", "--path", "/x", "--token", "batch");
        assertEquals(0, tenant.exitCode(), tenant.err());
        assertTrue(tenant.out().contains("belongs to tenant payments\ntakes route metrics"), tenant.out());
        Command nobody = rules("test", "10.1.1.1", "--path", "/x");
        assertEquals(1, nobody.exitCode());
        assertTrue(nobody.out().contains("refused with 403: the request fits no tenant"), nobody.out());
        Command two = rules("test", "10.1.1.1", "--path", "/x", "--token", "batch", "--listener", "127.0.0.1:8005");
        assertTrue(two.out().contains("fits more than one tenant (edge, payments)"), two.out());
        assertEquals(
                2,
                rules("test", "10.1.1.1", "--token", "a", "--service-account", "b/c")
                        .exitCode());
        Command check = Command.run("check", "--config", config.toString());
        assertEquals(0, check.exitCode(), check.err());
        assertTrue(check.out().contains("""
                tenant payments: by tokens and addresses -> metrics
                    credentials role@payments; 5/s, 10 at once
                tenant edge: by listeners -> metrics
                    the routes' credentials
                """), check.out());
    }

    private Path configuration(String access) throws IOException {
        return Files.writeString(folder.resolve("good.conf"), """
                countersign {
                  access { allow = ["10.0.0.0/8"], %s }
                  routes { metrics { upstream = "https://abc123.execute-api.us-east-1.amazonaws.com/prod" } }
                }
                """.formatted(access));
    }

    private Command rules(String... arguments) {
        return Command.run(Stream.concat(
                        Stream.of("rules"),
                        Stream.concat(Stream.of(arguments), Stream.of("--config", config.toString())))
                .toArray(String[]::new));
    }
}
