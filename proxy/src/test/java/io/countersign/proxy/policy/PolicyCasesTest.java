package io.countersign.proxy.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.countersign.proxy.net.IpAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The table of {@code policy/cases.txt}, each case argued there from AWS's documentation. */
class PolicyCasesTest {
    private static final Api API = Api.parse("arn:aws:execute-api:us-east-1:123456789012:abc123def4");
    private static final String STATEMENT =
            "{\"Sid\":\"%s\",\"Effect\":\"%s\",\"Principal\":\"*\"," + "\"Action\":%s,\"Resource\":%s%s}";
    private static final String INVOKE = "\"execute-api:Invoke\"";
    private static final String EVERYTHING = "\"execute-api:/*\"";
    private static final Map<String, ConditionKey> KEYS = Map.of(
            "ua", ConditionKey.USER_AGENT,
            "ref", ConditionKey.REFERER,
            "vpc", ConditionKey.SOURCE_VPC,
            "vpce", ConditionKey.SOURCE_VPCE,
            "arn", ConditionKey.SOURCE_ARN,
            "tls", ConditionKey.SECURE_TRANSPORT);

    private record Case(int line, String policy, String expected, String request, String reason) {}

    @TestFactory
    Stream<DynamicTest> decides() {
        return cases().stream()
                .map(one -> DynamicTest.dynamicTest(
                        one.line + ": " + one.expected + " | " + one.request + " | " + one.reason, () -> check(one)));
    }

    @Test
    void hasManyCasesEachWithAReason() {
        List<Case> cases = cases();
        assertTrue(cases.size() >= 150, () -> cases.size() + " cases");
        cases.forEach(one -> assertTrue(one.reason.matches("\\[[a-z]+] .{5,}"), () -> "line " + one.line));
    }

    private static void check(Case one) {
        PolicyResult result = PolicyReader.read("policy.json", one.policy.getBytes(StandardCharsets.UTF_8));
        if (!(result instanceof PolicyResult.Read read)) {
            fail("line " + one.line + ": " + result);
            return;
        }
        var bound = (PolicyDocument.Binding.Bound) read.document().bind(API);
        Decision decision = bound.policy().decide(request(one.request));
        String sid = decision instanceof Decision.Allow allow
                ? allow.by().sid()
                : decision instanceof Decision.ExplicitDeny deny ? deny.by().sid() : "";
        assertEquals(one.expected, (decision + " " + sid).strip(), one.reason);
    }

    private static PolicyRequest request(String text) {
        Map<String, String> values = new LinkedHashMap<>(Map.of("ip", "203.0.113.7", "vpcip", "203.0.113.7"));
        String method = "GET";
        String path = "/prod/pets";
        for (String token : text.isEmpty() ? List.<String>of() : List.of(text.split(" +"))) {
            int equals = token.indexOf('=');
            if (token.startsWith("/")) {
                path = token;
            } else if (equals < 0) {
                method = token;
            } else {
                values.put(
                        token.substring(0, equals), token.substring(equals + 1).replace('~', ' '));
            }
        }
        PolicyRequest.Builder request = new PolicyRequest.Builder(
                        Instant.parse(values.getOrDefault("at", "2026-07-01T12:00:00Z")))
                .resource(API, method, path);
        values.forEach((key, value) -> {
            if (value.equals("-") || key.equals("at")) {
                return;
            }
            switch (key) {
                case "ip" -> request.address(ConditionKey.SOURCE_IP, IpAddress.parse(value));
                case "vpcip" -> request.address(ConditionKey.VPC_SOURCE_IP, IpAddress.parse(value));
                default -> request.text(KEYS.get(key), value);
            }
        });
        return request.build();
    }

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        String policy = "";
        int number = 0;
        for (String line : lines()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("  ")) {
                String[] parts = line.strip().split(" *\\| *", 3);
                cases.add(new Case(number, policy, parts[0], parts[1], parts[2]));
            } else {
                policy = policy(line);
            }
        }
        return cases;
    }

    private static String policy(String line) {
        String[] words = line.split(" ", 3);
        if (words[0].equals("policy")) {
            return line.substring("policy ".length());
        }
        String action = words[1].equals("action") ? words[2] : INVOKE;
        String resource = words[1].equals("on") ? words[2] : EVERYTHING;
        String condition = words[1].equals("when") ? ",\"Condition\":" + words[2] : "";
        String all = STATEMENT.formatted("all", "Allow", INVOKE, EVERYTHING, "");
        return "{\"Version\":\"2012-10-17\",\"Statement\":["
                + (words[0].equals("allow")
                        ? STATEMENT.formatted("yes", "Allow", action, resource, condition)
                        : all + "," + STATEMENT.formatted("no", "Deny", action, resource, condition))
                + "]}";
    }

    private static List<String> lines() {
        try (InputStream in = PolicyCasesTest.class.getResourceAsStream("/policy/cases.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
