package io.countersign.proxy.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.proxy.CompiledSnapshot;
import io.countersign.proxy.access.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of {@code docs/ACCESS.md} of how address rules and policies combine: each row is tried. */
class KindsOfRulesTest {
    @TempDir
    Path folder;

    @Test
    void combineAsTheTableSays() throws Exception {
        List<String[]> rows = Files.readAllLines(Path.of("..", "docs", "ACCESS.md")).stream()
                .dropWhile(line -> !line.startsWith("| addresses |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.substring(1).split("\\|"))
                .toList();
        assertEquals(10, rows.size());
        for (String[] row : rows) {
            String shown = String.join("|", row);
            assertEquals(row[2].strip(), decide(row, "enforce"), shown);
            assertEquals(row[3].strip(), decide(row, "audit"), shown);
        }
    }

    private String decide(String[] row, String mode) throws Exception {
        String configuration = """
                listeners = [ { bind = "127.0.0.1:0" } ], admin { bind = "127.0.0.1:0" }
                credentials { default { access-key-id = AKIDEXAMPLE, secret-access-key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00 } }
                access { mode = %s, %s, %s }
                routes { main { upstream = "https://abc123def4.execute-api.us-east-1.amazonaws.com/" } }
                """.formatted(mode, addresses(row[0].strip()), policies(row[1].strip()));
        try (CompiledSnapshot snapshot = new CompiledSnapshot(configuration)) {
            Decision decision = Requested.get("/prod/pets").decide(snapshot);
            Verdict verdict = decision.findings().verdict();
            if (decision instanceof Admitted) {
                return verdict instanceof Verdict.WouldDeny ? "would be denied" : "allowed";
            }
            return ((Verdict.Denied) verdict).isUnlisted() ? "unlisted" : "denied";
        }
    }

    private static String addresses(String kind) {
        return switch (kind) {
            case "allowed" -> "allow = [\"127.0.0.1\"]";
            case "denied" -> "allow = [\"127.0.0.1\"], deny = [\"127.0.0.1\"]";
            case "unlisted" -> "allow = [\"10.0.0.0/8\"]";
            default -> throw new AssertionError(kind);
        };
    }

    private String policies(String kind) throws Exception {
        return switch (kind) {
            case "none" -> "";
            case "an Allow matches" -> "policy-default = deny, " + policy("Allow", "pets");
            case "a Deny matches" -> policy("Deny", "pets");
            case "nothing matches, policy-default = iam" -> "policy-default = iam, " + policy("Allow", "dogs");
            case "nothing matches, policy-default = deny" -> "policy-default = deny, " + policy("Allow", "dogs");
            default -> throw new AssertionError(kind);
        };
    }

    private String policy(String effect, String path) throws Exception {
        return "policy-files = [\"" + Files.writeString(folder.resolve("policy.json"), """
                        {"Statement": [{"Effect": "%s", "Principal": "*", "Action": "execute-api:Invoke",
                          "Resource": "execute-api:/prod/GET/%s"}]}
                        """.formatted(effect, path))
                + "\"]";
    }
}
