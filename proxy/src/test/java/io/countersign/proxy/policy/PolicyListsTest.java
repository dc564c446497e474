package io.countersign.proxy.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyListsTest {
    /**
     * Statements in short: {@code +} allows and {@code -} denies; {@code !} is NotIpAddress, ranges follow, and none means no
     * condition.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "nobody",
            value = {
                "+ | 0.0.0.0/0 ::/0 | nobody",
                "+10.0.0.0/8 | 10.0.0.0/8 | nobody",
                "+10.0.0.0/8,192.0.2.1 +198.51.100.0/24 | 10.0.0.0/8 192.0.2.1 198.51.100.0/24 | nobody",
                "+ -10.0.0.0/8 | 0.0.0.0/0 ::/0 | 10.0.0.0/8",
                "+ -!10.0.0.0/8 | 10.0.0.0/8 | nobody",
                "+ -!10.0.0.0/8,2001:db8::/32 | 10.0.0.0/8 2001:db8::/32 | nobody",
                "+10.0.0.0/8 -!10.1.0.0/16,192.0.2.0/24 | 10.1.0.0/16 | nobody",
                "+10.1.2.0/24,192.0.2.1 -!10.0.0.0/8 | 10.1.2.0/24 | nobody",
                "-!10.0.0.0/8 +192.0.2.1 | nobody | nobody",
                "+ -!10.0.0.0/8 -!10.1.0.0/16 | 10.1.0.0/16 | nobody",
                "-10.0.0.0/8 | 0.0.0.0/0 ::/0 | 10.0.0.0/8",
                "-!10.0.0.0/8 | 10.0.0.0/8 | nobody",
                "+!10.0.0.0/8 | 0.0.0.0/0 ::/0 | 10.0.0.0/8",
                "+!10.0.0.0/8 +10.0.0.1 | 10.0.0.1 | nobody",
                "+10.0.0.1 - | 10.0.0.1 | 0.0.0.0/0 ::/0",
            })
    void makesLists(String statements, String allow, String deny) {
        String policy = Arrays.stream(statements.split(" "))
                .map(PolicyListsTest::statement)
                .collect(Collectors.joining(",", "{\"Statement\":[", "]}"));
        PolicyLists lists = PolicyLists.of(Policies.read(policy));
        assertEquals(allow == null ? "" : allow, ranges(lists.allow()));
        assertEquals(deny == null ? "" : deny, ranges(lists.deny()));
    }

    @Test
    void saysWhatListsCannotExpress() {
        PolicyLists lists = PolicyLists.of(Policies.read("{\"Statement\":[" + statement("+10.0.0.0/8") + ","
                + statement("-").replace("execute-api:/*", "execute-api:/prod/GET/admin") + ","
                + statement("-").replaceFirst("}$", ",\"Condition\":{\"StringLike\":{\"aws:UserAgent\":\"curl*\"}}}")
                + ","
                + statement("+!10.0.0.0/8") + "]}"));
        List<String> remarks = lists.remarks().stream().map(Remark::what).toList();
        assertEquals(3, remarks.size(), remarks::toString);
        assertTrue(
                remarks.get(0).contains("depends on the resource: what it denies is not in the lists"),
                remarks::toString);
        assertTrue(remarks.get(1).contains("depends on StringLike aws:UserAgent"), remarks::toString);
        assertTrue(remarks.get(2).contains("allows everyone but some"), remarks::toString);
        assertEquals("10.0.0.0/8  # policy.json:1", lists.allow().get(0).toString());
    }

    @Test
    void leavesToIamWhatAPolicyOfDeniesDoes() {
        PolicyLists lists = PolicyLists.of(Policies.read("{\"Statement\":" + statement("-10.0.0.0/8") + "}"));
        assertTrue(lists.remarks().get(0).what().contains("leaves callers to IAM"));
    }

    private static String ranges(List<PolicyLists.Entry> entries) {
        return entries.stream().map(entry -> entry.range().toString()).collect(Collectors.joining(" "));
    }

    private static String statement(String text) {
        boolean not = text.startsWith("!", 1);
        String ranges = text.substring(not ? 2 : 1);
        return "{\"Effect\":\"" + (text.startsWith("+") ? "Allow" : "Deny")
                + "\",\"Principal\":\"*\",\"Action\":\"execute-api:Invoke\",\"Resource\":\"execute-api:/*\""
                + (ranges.isEmpty()
                        ? ""
                        : ",\"Condition\":{\"" + (not ? "NotIpAddress" : "IpAddress") + "\":{\"aws:SourceIp\":[\""
                                + ranges.replace(",", "\",\"") + "\"]}}")
                + "}";
    }
}
