package io.countersign.proxy.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.ClientCertificate;
import io.countersign.proxy.caller.TlsClient;
import io.countersign.proxy.caller.UnixUser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;

/** The table of {@code docs/ACCESS.md}: each row is tried. */
class AccessTableTest {
    @Test
    void rulesCombineAsTheTableSays() throws Exception {
        List<String[]> rows = Files.readAllLines(Path.of("..", "docs", "ACCESS.md")).stream()
                .dropWhile(line -> !line.startsWith("| allow list |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.substring(1).split("\\|"))
                .toList();
        assertTrue(rows.size() >= 14, "the table has " + rows.size() + " rows");
        for (String[] row : rows) {
            String shown = String.join("|", row);
            assertEquals(row[3].strip(), decide(row, AccessMode.ENFORCE), shown);
            assertEquals(row[4].strip(), decide(row, AccessMode.AUDIT), shown);
        }
    }

    @Test
    void rulesOnUsersActAsTheTableSays() throws Exception {
        List<String[]> rows = Files.readAllLines(Path.of("..", "docs", "ACCESS.md")).stream()
                .dropWhile(line -> !line.startsWith("| `allow-users` |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.substring(1).split("\\|"))
                .toList();
        assertTrue(rows.size() >= 9, "the table has " + rows.size() + " rows");
        for (String[] row : rows) {
            String shown = String.join("|", row);
            assertEquals(row[3].strip(), decideOnUser(row, AccessMode.ENFORCE), shown);
            assertEquals(row[4].strip(), decideOnUser(row, AccessMode.AUDIT), shown);
        }
    }

    private static String decideOnUser(String[] row, AccessMode mode) throws IOException {
        CompiledIpRules addresses =
                new CompiledIpRules(Optional.empty(), list("10.0.0.0/8").orElseThrow(), mode, Clock.systemUTC());
        UserRules users = new UserRules(users(row[0].strip()), users(row[1].strip()), mode);
        String caller = row[2].strip();
        return text(new CallerRules(addresses, users, certificates("none", "none", mode))
                .decide(
                        caller.startsWith("user ")
                                ? Caller.ofUnixSocket(user(caller.substring(5)))
                                : Caller.ofSocket(InetAddress.getByName(caller))));
    }

    @Test
    void rulesOnCertificatesActAsTheTableSays() throws Exception {
        List<String[]> rows = Files.readAllLines(Path.of("..", "docs", "TLS.md")).stream()
                .dropWhile(line -> !line.startsWith("| `allow-certificates` |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.substring(1).split("\\|"))
                .toList();
        assertTrue(rows.size() >= 14, "the table has " + rows.size() + " rows");
        for (String[] row : rows) {
            String shown = String.join("|", row);
            assertEquals(row[4].strip(), decideOnCertificate(row, AccessMode.ENFORCE), shown);
            assertEquals(row[5].strip(), decideOnCertificate(row, AccessMode.AUDIT), shown);
        }
    }

    private static String decideOnCertificate(String[] row, AccessMode mode) throws IOException {
        CompiledIpRules addresses = new CompiledIpRules(list(row[2].strip()), IpList.empty(), mode, Clock.systemUTC());
        UserRules users = new UserRules(Map.of(), Map.of(), mode);
        CertificateRules certificates = certificates(row[0].strip(), row[1].strip(), mode);
        Caller caller = Caller.ofSocket(InetAddress.getByName("10.1.2.3"));
        String shown = row[3].strip();
        TlsClient client = switch (shown) {
            case "none, optional" -> TlsClient.asked(Optional.empty());
            case "to be shown" -> TlsClient.toBeAsked();
            case "not asked" -> TlsClient.notAsked();
            default -> TlsClient.asked(Optional.of(certificate(shown)));
        };
        return text(new CallerRules(addresses, users, certificates).decide(caller.by(client)));
    }

    private static ClientCertificate certificate(String names) {
        List<String> common = new ArrayList<>();
        List<String> dns = new ArrayList<>();
        List<String> uris = new ArrayList<>();
        for (String name : names.split(", ", -1)) {
            if (name.startsWith("CN=")) {
                common.add(name.substring(3));
            } else if (name.startsWith("DNS:")) {
                dns.add(name.substring(4));
            } else {
                uris.add(name);
            }
        }
        return new ClientCertificate(
                names,
                new ClientCertificate.Names(common, dns, uris),
                new X500Principal("CN=authority"),
                BigInteger.ONE,
                Instant.MAX);
    }

    private static CertificateRules certificates(String allow, String deny, AccessMode mode) {
        return new CertificateRules(patterns(allow), patterns(deny), RevokedCertificates.NONE, mode, Clock.systemUTC());
    }

    private static List<CertificateRules.Entry> patterns(String text) {
        return text.equals("none")
                ? List.of()
                : List.of(new CertificateRules.Entry("access.certificates[0]", CertificatePattern.parse(text)));
    }

    private static Map<UnixUser, UserRules.Entry> users(String text) throws IOException {
        return text.equals("none") ? Map.of() : Map.of(user(text), new UserRules.Entry("access.users[0]", text));
    }

    private static UnixUser user(String number) throws IOException {
        return new UnixUser(
                FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(number));
    }

    private static String decide(String[] row, AccessMode mode) throws IOException {
        CompiledIpRules rules = new CompiledIpRules(
                list(row[0].strip()), list(row[1].strip()).orElseGet(IpList::empty), mode, Clock.systemUTC());
        return text(rules.decide(InetAddress.getByName(row[2].strip())));
    }

    private static String text(Verdict verdict) {
        if (verdict instanceof Verdict.Denied denied) {
            return denied.isUnlisted() ? "unlisted" : "denied";
        }
        return verdict instanceof Verdict.WouldDeny ? "would be denied" : "allowed";
    }

    private static Optional<IpList> list(String text) throws IOException {
        if (text.equals("none")) {
            return Optional.empty();
        }
        IpListBuilder builder = Lists.builder(1 << 20, (where, what) -> fail(where + ": " + what));
        String lines = text.equals("empty") ? "" : text + "\n";
        Lists.read(builder, "list", new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
        return Optional.of(builder.build());
    }
}
