package io.countersign.proxy.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.proxy.CompiledSnapshot;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.local.LocalCause;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of {@code docs/ACCESS.md} of whom the fields of a request name, and what the rules say of that: each row is tried. */
class ForwardedTableTest {
    @Test
    void decidesAsTheTableSays() throws Exception {
        List<String[]> rows = Files.readAllLines(Path.of("..", "docs", "ACCESS.md")).stream()
                .dropWhile(line -> !line.startsWith("| peer | X-Forwarded-For |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.substring(1).split("\\|"))
                .toList();
        assertEquals(22, rows.size());
        try (CompiledSnapshot snapshot = new CompiledSnapshot("""
                listeners = [ { bind = "127.0.0.1:0" } ], admin { bind = "127.0.0.1:0" }
                credentials { default { access-key-id = AKIDEXAMPLE, secret-access-key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00 } }
                access { trusted-proxies = ["10.0.0.0/24"], allow = ["10.1.0.0/16"], deny = ["10.1.0.13", "10.0.0.13"] }
                routes { main { upstream = "https://abc123def4.execute-api.us-east-1.amazonaws.com/" } }
                """)) {
            for (String[] row : rows) {
                assertEquals(row[3].strip(), decide(row, snapshot), String.join("|", row));
            }
        }
    }

    private static String decide(String[] row, CompiledSnapshot snapshot) {
        Requested request = Requested.get("/").from(row[0].strip());
        if (!row[1].strip().equals("none")) {
            request.with("X-Forwarded-For", row[1].strip());
        }
        if (!row[2].strip().equals("none")) {
            request.with("Forwarded", row[2].strip());
        }
        Decision decision = request.decide(snapshot);
        if (decision instanceof Refused refused) {
            return refused.response().cause() == LocalCause.CALLER_UNCLEAR
                    ? "unclear"
                    : ((Verdict.Denied) refused.findings().verdict()).isUnlisted() ? "unlisted" : "denied";
        }
        return "allowed";
    }
}
