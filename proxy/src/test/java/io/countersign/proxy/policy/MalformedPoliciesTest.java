package io.countersign.proxy.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The policies of {@code policy/malformed.txt}: each is refused, at its line and column, with what would be right. */
class MalformedPoliciesTest {
    private static final String ALLOW_ALL = "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\","
            + "\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"aws:UserAgent\":\"\"}}}}";

    @TestFactory
    Stream<DynamicTest> isRefusedWithLineAndColumn() {
        return lines().stream()
                .map(line -> DynamicTest.dynamicTest(line, () -> {
                    String[] parts = line.split(" \\| ?", 3);
                    PolicyFault fault = faults(bytes(parts[2])).get(0);
                    assertEquals(parts[0], fault.at().toString(), fault::toString);
                    assertTrue(fault.what().contains(parts[1].strip()), fault::toString);
                    assertTrue(fault.toString().startsWith("policy.json:" + parts[0] + ": "), fault::toString);
                }));
    }

    @Test
    void isAListOfManyMistakes() {
        assertTrue(lines().size() >= 60, () -> lines().size() + " policies");
    }

    @Test
    void saysEveryFaultAtOnceAndHowManyMoreThereAre() {
        List<PolicyFault> two =
                faults(bytes("{\"Statement\":{\"Effect\":\"allow\",\"Principal\":\"me\",\"Action\":\"*\","
                        + "\"Resource\":\"*\"}}"));
        assertEquals(2, two.size(), two::toString);
        List<PolicyFault> many = faults(bytes("{\"Statement\":[" + "1,".repeat(49) + "1]}"));
        assertEquals(21, many.size(), many::toString);
        assertEquals("and 30 more faults after this one", many.get(20).what());
    }

    @Test
    void countsCharactersWithoutTheWhiteSpaceBetweenTokens() {
        String most = ALLOW_ALL.replace("\"\"", "\"" + "x".repeat(8192 - ALLOW_ALL.length()) + "\"");
        PolicyResult result = PolicyReader.read("policy.json", bytes(most.replace(",", ",\n    ")));
        assertEquals(
                8192,
                assertInstanceOf(PolicyResult.Read.class, result).document().characters());
        PolicyFault fault = faults(bytes(most.replaceFirst("x", "xx"))).get(0);
        assertTrue(
                fault.what().contains("has 8193 characters without white space, and at API Gateway at most 8192"),
                fault::what);
    }

    @Test
    void hasSoManyPatternsThatSearchAndNoMore() {
        String likes = ALLOW_ALL.replace("StringEquals", "StringLike");
        String most = "[\"*?*\"" + ",\"*a?*\"".repeat(125) + ",\"*" + "b".repeat(64) + "?*\"]";
        assertInstanceOf(PolicyResult.Read.class, PolicyReader.read("p", bytes(likes.replace("\"\"", most))));
        assertTrue(faults(bytes(likes.replace("\"\"", most.replace("?*\"]", "?*\",\n\"a*\",\"*b*\"]"))))
                .get(0)
                .toString()
                .startsWith("policy.json:2:6: this policy has more than 128 searches"));
        String plain = "[\"a*\"" + ",\"*?b\"".repeat(1000) + "]";
        assertInstanceOf(PolicyResult.Read.class, PolicyReader.read("p", bytes(likes.replace("\"\"", plain))));
        String resources = "[\"*\"" + ",\"execute-api:/*/GET/b*\"".repeat(129) + "]";
        assertTrue(faults(bytes(ALLOW_ALL.replace("\"Resource\":\"*\"", "\"Resource\":" + resources)))
                .get(0)
                .what()
                .contains("searches"));
    }

    @Test
    void readsNoMoreThanItsBound() {
        String padded = ALLOW_ALL + " ".repeat(PolicyReader.MAX_BYTES - ALLOW_ALL.length());
        assertInstanceOf(PolicyResult.Read.class, PolicyReader.read("policy.json", bytes(padded)));
        assertTrue(faults(bytes(padded + " ")).get(0).what().contains("65537 bytes"));
    }

    private static List<PolicyFault> faults(byte[] content) {
        return PolicyReader.read("policy.json", content) instanceof PolicyResult.Bad bad
                ? bad.faults()
                : fail("was read");
    }

    private static byte[] bytes(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '‹') {
                out.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 3;
            } else {
                out.writeBytes(
                        (text.charAt(i) == '¶' ? "\n" : text.substring(i, i + 1)).getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toByteArray();
    }

    private static List<String> lines() {
        try (InputStream in = MalformedPoliciesTest.class.getResourceAsStream("/policy/malformed.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
