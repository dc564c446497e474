package io.countersign.proxy.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.net.IpAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Random policies and requests against {@link NaivePolicy}, of so few words that they often meet. */
class RandomPoliciesTest {
    private static final int POLICIES = 2000;
    private static final int REQUESTS = 8;
    private static final Api API = Api.parse("arn:aws:execute-api:us-east-1:123456789012:abc123def4");
    private static final long NOON = Instant.parse("2026-07-01T12:00:00Z").getEpochSecond();

    private final long seed = Long.getLong("countersign.seed", new Random().nextLong());
    private final Random random = new Random(seed);

    @Test
    void decidesAsTheNaiveOneDoes() {
        Map<String, Integer> decisions = new TreeMap<>();
        for (int i = 0; i < POLICIES; i++) {
            Map<String, Object> policy = Map.of("Statement", some(3, this::statement));
            String json = json(policy);
            PolicyResult result = PolicyReader.read("random.json", json.getBytes(StandardCharsets.UTF_8));
            PolicyDocument document = assertInstanceOf(PolicyResult.Read.class, result, () -> shown(json, "") + result)
                    .document();
            ResourcePolicy bound = ((PolicyDocument.Binding.Bound) document.bind(API)).policy();
            for (int j = 0; j < REQUESTS; j++) {
                String method = one("GET", "POST");
                String path = path();
                Map<String, String> context = context();
                String expected = new NaivePolicy(policy, context).decide("prod", method, path);
                String actual = bound.decide(request(method, path, context)).toString();
                assertEquals(expected, actual, () -> shown(json, method + " " + path + " " + context));
                decisions.merge(actual, 1, Integer::sum);
            }
        }
        // Else the words meet too seldom for this to test anything.
        decisions.values().forEach(count -> assertTrue(count > POLICIES * REQUESTS / 20, decisions::toString));
        assertEquals(3, decisions.size(), decisions::toString);
    }

    @Test
    void matchesWildcardsAsRegularExpressionsDo() {
        for (int i = 0; i < 50_000; i++) {
            String pattern = letters("ab*?", random.nextInt(12));
            String text = letters("ab", random.nextInt(16));
            assertEquals(
                    NaivePolicy.like(pattern, text), Wildcard.of(pattern).matches(text), () -> shown(pattern, text));
        }
        // Long parts, of one letter more often than of two; past 64 and 128 characters question marks take several
        // words.
        for (int i = 0; i < 5_000; i++) {
            String text = letters(one("ab", "aaaaaaaaaaab"), 150 + random.nextInt(150));
            int from = random.nextInt(10);
            StringBuilder part = new StringBuilder(text.substring(from, from + 10 + random.nextInt(130)));
            if (random.nextBoolean()) {
                part.setCharAt(random.nextInt(part.length()), '?');
            }
            if (random.nextBoolean()) {
                part.setCharAt(random.nextInt(part.length()), one("a", "b").charAt(0));
            }
            String pattern = "*" + part + "*" + letters("ab?", random.nextInt(3));
            assertEquals(
                    NaivePolicy.like(pattern, text), Wildcard.of(pattern).matches(text), () -> shown(pattern, text));
        }
    }

    private String shown(String policy, String request) {
        return "countersign.seed=" + seed + " " + policy + " " + request + " ";
    }

    private Map<String, Object> statement() {
        Map<String, Object> statement = new LinkedHashMap<>();
        statement.put("Effect", one("Allow", "Allow", "Deny"));
        statement.put("Principal", "*");
        statement.put(
                random.nextInt(8) == 0 ? "NotAction" : "Action",
                some(
                        2,
                        () -> one(
                                "execute-api:Invoke",
                                "*",
                                "execute-api:*",
                                "Execute-Api:inv?ke",
                                "execute-api:Manage*")));
        statement.put(random.nextInt(6) == 0 ? "NotResource" : "Resource", some(2, this::resource));
        Map<String, Object> conditions = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            condition(conditions);
        }
        if (!conditions.isEmpty()) {
            statement.put("Condition", conditions);
        }
        return statement;
    }

    private String resource() {
        String stage = one("prod", "*", "pro?", "test");
        String rest = stage + "/" + one("GET", "POST", "*", "?E*") + "/" + letters("aab/*?", random.nextInt(4));
        return switch (random.nextInt(6)) {
            case 0 -> "*";
            case 1 -> "execute-api:/*";
            case 2 ->
                "arn:aws:execute-api:" + one("us-east-1", "us-*", "*") + ":" + one("123456789012", "*", "12345678901?")
                        + ":" + one("abc123def4", "*", "abc*") + "/" + rest;
            case 3 -> "arn:aws:execute-api:" + one("us-east-1:*", "*", "us-*", "eu-*", "us-east-1:123456789012:*");
            default -> "execute-api:/" + rest;
        };
    }

    @SuppressWarnings("unchecked")
    private void condition(Map<String, Object> conditions) {
        String operator;
        String key;
        Supplier<Object> value;
        switch (random.nextInt(7)) {
            case 0 -> {
                operator = one("IpAddress", "NotIpAddress");
                key = one("aws:SourceIp", "AWS:sourceip", "aws:VpcSourceIp");
                value = () ->
                        one("10.0.0.0/30", "10.0.0.0/31", "10.0.0.1", "0.0.0.0/0", "2001:db8::/126", "2001:db8::1");
            }
            case 1 -> {
                operator = one(
                        "StringEquals",
                        "StringNotEquals",
                        "StringEqualsIgnoreCase",
                        "StringNotEqualsIgnoreCase",
                        "StringLike",
                        "StringNotLike");
                key = one("aws:UserAgent", "aws:Referer", "aws:SourceVpc", "aws:SourceVpce", "aws:SourceArn");
                value = () -> letters("aAb*?", 1 + random.nextInt(3));
            }
            case 2 -> {
                operator = one(
                        "DateEquals",
                        "DateNotEquals",
                        "DateLessThan",
                        "DateLessThanEquals",
                        "DateGreaterThan",
                        "DateGreaterThanEquals");
                key = one("aws:CurrentTime", "aws:EpochTime");
                value = () -> random.nextBoolean()
                        ? Instant.ofEpochSecond(NOON + random.nextInt(5) - 2).toString()
                        : String.valueOf(NOON + random.nextInt(5) - 2);
            }
            case 3 -> {
                operator = one(
                        "NumericEquals",
                        "NumericNotEquals",
                        "NumericLessThan",
                        "NumericLessThanEquals",
                        "NumericGreaterThan",
                        "NumericGreaterThanEquals");
                key = "aws:EpochTime";
                value = () -> random.nextBoolean()
                        ? (Object) (NOON + random.nextInt(5) - 2)
                        : (NOON + random.nextInt(3) - 1) + one(".5", ".000000001", "");
            }
            case 4 -> {
                operator = "Bool";
                key = "aws:SecureTransport";
                value = () -> random.nextBoolean() ? (Object) random.nextBoolean() : one("true", "false");
            }
            case 5 -> {
                operator = one("ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals");
                key = "aws:SourceArn";
                value = () -> "arn:" + one("aws", "*", "a?s") + ":s3::" + one("", "*") + ":" + letters("ab*?:", 2);
            }
            default -> {
                operator = "Null";
                key = one("aws:UserAgent", "aws:SourceIp", "aws:CurrentTime", "aws:SecureTransport");
                value = () -> one("true", "false");
            }
        }
        if (!operator.equals("Null") && random.nextInt(4) == 0) {
            operator += "IfExists";
        }
        Map<String, Object> keys =
                (Map<String, Object>) conditions.computeIfAbsent(operator, o -> new LinkedHashMap<>());
        if (keys.keySet().stream().noneMatch(key::equalsIgnoreCase)) {
            keys.put(key, random.nextInt(3) == 0 ? value.get() : some(2, value));
        }
    }

    /** Values by the key's name in lower case. */
    private Map<String, String> context() {
        Map<String, String> context = new HashMap<>();
        String time = String.valueOf(NOON + random.nextInt(3) - 1);
        context.put("aws:currenttime", time);
        context.put("aws:epochtime", time);
        maybe(context, "aws:sourceip", one("10.0.0.1", "10.0.0.2", "10.0.0.9", "2001:db8::1", "2001:db8::9"));
        maybe(context, "aws:vpcsourceip", one("10.0.0.1", "192.0.2.1"));
        maybe(context, "aws:useragent", letters("aAb", 2));
        maybe(context, "aws:referer", letters("aAb", 2));
        maybe(context, "aws:sourcevpc", letters("ab", 2));
        maybe(context, "aws:sourcevpce", letters("ab", 2));
        maybe(context, "aws:sourcearn", one("arn:aws:s3:::ab", "arn:aws:s3:::b:", "nonsense"));
        maybe(context, "aws:securetransport", one("true", "false"));
        return context;
    }

    private void maybe(Map<String, String> context, String key, String value) {
        if (random.nextInt(4) > 0) {
            context.put(key, value);
        }
    }

    private static PolicyRequest request(String method, String path, Map<String, String> context) {
        PolicyRequest.Builder request = new PolicyRequest.Builder(
                        Instant.ofEpochSecond(Long.parseLong(context.get("aws:currenttime")), 999_999_999))
                .resource(API, "prod", method, path);
        for (ConditionKey key : ConditionKey.values()) {
            String value = context.get(key.text().toLowerCase(Locale.ROOT));
            if (value == null) {
                continue;
            }
            switch (key) {
                case SOURCE_IP, VPC_SOURCE_IP -> request.address(key, IpAddress.parse(value));
                case CURRENT_TIME, EPOCH_TIME -> {}
                default -> request.text(key, value);
            }
        }
        return request.build();
    }

    private String path() {
        return "/" + letters("ab/", random.nextInt(4));
    }

    private String letters(String alphabet, int length) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < length; i++) {
            out.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return out.toString();
    }

    private String one(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private <T> List<T> some(int max, Supplier<T> element) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(max); i >= 0; i--) {
            list.add(element.get());
        }
        return list;
    }

    private static String json(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> "\"" + entry.getKey() + "\":" + json(entry.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(RandomPoliciesTest::json).collect(Collectors.joining(",", "[", "]"));
        }
        return value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
    }
}
