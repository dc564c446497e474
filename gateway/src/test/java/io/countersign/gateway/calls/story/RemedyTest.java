package io.countersign.gateway.calls.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.access.AccessConfig;
import io.countersign.proxy.local.GuardResponses;
import io.countersign.proxy.local.LocalCause;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.ScopeResponses;
import io.countersign.proxy.rejection.Rejection;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What to do about a rejection is said in three places, each for somebody else: docs/REJECTIONS.md for who looks it up,
 * docs/RUNBOOK.md for who was woken, and {@code countersign explain} for who looks at a call. They agree on the causes, and on what to
 * set or to run.
 */
class RemedyTest {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Set<String> CAUSES = Arrays.stream(Rejection.Cause.values())
            .map(Rejection.Cause::label)
            .collect(Collectors.toCollection(TreeSet::new));

    /** The last cells of a table's rows, by what stands in code in the first; the table is the first after a line. */
    private static Map<String, String> remedies(String file, String after) throws IOException {
        Map<String, String> remedies = new TreeMap<>();
        List<String> lines = Files.readAllLines(Path.of("../docs/" + file));
        List<String> rows = lines.subList(lines.indexOf(after), lines.size()).stream()
                .dropWhile(line -> !line.startsWith("|---"))
                .skip(1)
                .takeWhile(line -> line.startsWith("| `"))
                .toList();
        for (String row : rows) {
            String[] cells = row.substring(2, row.length() - 2).split(" \\| ", -1);
            for (String cause : code(cells[0])) {
                assertEquals(null, remedies.put(cause, cells[cells.length - 1]), () -> cause + " twice in " + file);
            }
        }
        return remedies;
    }

    private static List<String> code(String text) {
        return CODE.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    @Test
    void allThreeKnowEachCauseAndNoOther() throws IOException {
        assertEquals(CAUSES, new TreeSet<>(Remedy.BY_REJECTION.keySet()));
        assertEquals(CAUSES, remedies("REJECTIONS.md", "## The causes").keySet());
        assertEquals(
                CAUSES, remedies("RUNBOOK.md", "### CountersignRejectionStorm").keySet());
    }

    @Test
    void aCallerOfNoTenantOrOfSeveralIsSentToTheTenants() throws ParseException {
        LoadResult loaded = HoconSource.text(
                        "countersign.routes.m.upstream = \"https://a.execute-api.us-east-1.amazonaws.com\"",
                        Path.of("").toAbsolutePath(),
                        Map.of())
                .load();
        AccessConfig access = ((LoadResult.Loaded) loaded).config().access();
        for (LocalResponse response : List.of(
                GuardResponses.severalTenants(List.of("payments", "search")), GuardResponses.noTenant(access))) {
            CallFields call = CallFields.parse("{\"status\":403,\"complete\":true,\"verdict\":\"allowed\","
                    + "\"error\":\"http_request_denied\",\"detail\":\"" + response.detail() + "\"}");
            assertTrue(Remedy.of(call).contains("the match of the tenants"), Remedy.of(call));
        }
    }

    @Test
    void whoAsksForWhatTheRouteDoesNotListIsSentToItsLists() throws ParseException {
        Map<LocalResponse, String> remedies = Map.of(
                ScopeResponses.outOfScope("it has none"), "services and regions of the route",
                ScopeResponses.otherBucket("it names no bucket"), "buckets of the route");
        for (Map.Entry<LocalResponse, String> each : remedies.entrySet()) {
            CallFields call =
                    CallFields.parse("{\"status\":403,\"complete\":true,\"verdict\":\"allowed\",\"route\":\"r\","
                            + "\"error\":\"http_request_denied\",\"detail\":\""
                            + each.getKey().detail() + "\"}");
            assertTrue(Remedy.of(call).contains(each.getValue()), Remedy.of(call));
        }
    }

    @Test
    void whatTheManualSetsOrRunsTheOthersDoToo() throws IOException {
        Map<String, String> runbook = remedies("RUNBOOK.md", "### CountersignRejectionStorm");
        remedies("REJECTIONS.md", "## The causes").forEach((cause, remedy) -> {
            List<String> code = code(remedy);
            if (!code.isEmpty()) {
                for (String other : List.of(Remedy.BY_REJECTION.get(cause), runbook.get(cause))) {
                    assertTrue(
                            code.stream().anyMatch(other::contains),
                            () -> cause + ": one of " + code + " in: " + other);
                }
            }
        });
    }

    @Test
    void eachErrorOfOurOwnHasARemedy() {
        for (LocalCause cause : LocalCause.values()) {
            assertTrue(
                    cause.token().equals("http_request_denied") || Remedy.BY_ERROR.containsKey(cause.token()),
                    () -> cause + ": " + cause.token());
        }
    }
}
