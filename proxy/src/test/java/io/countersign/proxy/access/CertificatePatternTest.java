package io.countersign.proxy.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.caller.ClientCertificate;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificatePatternTest {
    private static ClientCertificate of(List<String> common, List<String> dns, List<String> uris) {
        return new ClientCertificate(
                "CN=shown",
                new ClientCertificate.Names(common, dns, uris),
                new X500Principal("CN=authority"),
                BigInteger.TEN,
                Instant.MAX);
    }

    private static ClientCertificate named(String kind, String name) {
        return switch (kind) {
            case "CN=" -> of(List.of(name), List.of(), List.of());
            case "DNS:" -> of(List.of(), List.of(name), List.of());
            default -> of(List.of(), List.of(), List.of(name));
        };
    }

    @ParameterizedTest
    @CsvSource({
        "CN=agent-*, CN=, agent-1, true",
        "CN=agent-*, CN=, agent-, true",
        "CN=agent-*, CN=, Agent-1, false",
        "CN=agent-*, CN=, x-agent-1, false",
        "CN=*, CN=, '', false",
        "CN=*, CN=, a/b.c, true",
        "CN=a*b*c, CN=, abbc, true",
        "CN=a*b*c, CN=, abcb, false",
        "CN=agent, CN=, agent, true",
        "CN=agent, CN=, *, false",
        "DNS:*.x.internal, DNS:, a.x.internal, true",
        "DNS:*.x.internal, DNS:, .x.internal, false",
        "DNS:*.x.internal, DNS:, x.internal, false",
        "DNS:*.x.internal, DNS:, a.b.x.internal, false",
        "DNS:a-*.X.internal, DNS:, a-1.x.internal, true",
        "DNS:a-*.x.internal, DNS:, a-1.b.x.internal, false",
        "DNS:*.x.internal, DNS:, *.x.internal, false",
        "spiffe://prod/agents/*, URI, spiffe://prod/agents/a, true",
        "spiffe://prod/agents/*, URI, spiffe://prod/agents/a/b/c, true",
        "spiffe://prod/agents/*, URI, spiffe://prod/agents, false",
        "spiffe://prod/agents/*, URI, spiffe://prod/agents/, false",
        "spiffe://prod/agents/*, URI, spiffe://prod/agents/../admin, false",
        "spiffe://prod/agents/*, URI, spiffe://prod/agents/%2e%2e/admin, false",
        "spiffe://prod/agents/*, URI, spiffe://prod/agentsx/a, false",
        "spiffe://prod/agents/*, URI, spiffe://PROD/agents/a, false",
        "spiffe://prod/agents/*, URI, SPIFFE://prod/agents/a, false",
        "spiffe://prod/agents/*, URI, spiffe://prod.evil/agents/a, false",
        "spiffe://prod/agents/*, URI, spiffe://prod/agents/a?b, false",
        "spiffe://prod/*/reader, URI, spiffe://prod/a/reader, true",
        "spiffe://prod/*/reader, URI, spiffe://prod/a/b/reader, false",
        "spiffe://prod/ns-*/sa, URI, spiffe://prod/ns-/sa, true",
        "spiffe://prod/a*, URI, spiffe://prod/ab, true",
        "spiffe://prod/a*, URI, spiffe://prod/ab/c, false",
        "spiffe://prod/*, URI, spiffe://prod, false",
        "spiffe://prod, URI, spiffe://prod, true",
        "spiffe://prod/a, URI, https://prod/a, false",
    })
    void allows(String pattern, String kind, String name, boolean expected) {
        assertEquals(expected, CertificatePattern.parse(pattern).allows(named(kind, name)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "agent-1",
                "CN=",
                "DNS:",
                "cn=agent",
                "DNS:a..b",
                "DNS:.b",
                "DNS:a b",
                "spiffe://",
                "spiffe:///a",
                "spiffe://*/a",
                "spiffe://prod*/a",
                "spiffe://Prod/a",
                "spiffe://prod/",
                "spiffe://prod/a//b",
                "spiffe://prod/../a",
                "spiffe://prod/a/",
                "spiffe://prod/a/**",
                "CN=a**",
                "spiffe://prod/a?b",
                "URI:https://a"
            })
    void refusesPatternsThatMeanNothing(String pattern) {
        assertThrows(IllegalArgumentException.class, () -> CertificatePattern.parse(pattern));
    }

    /** An authority may have issued a URI that is no SPIFFE ID and means the same. */
    @Test
    void deniesATrustDomainInCapitalsToo() {
        CertificatePattern pattern = CertificatePattern.parse("spiffe://prod/agents/bad");
        ClientCertificate capitals = of(List.of(), List.of(), List.of("SPIFFE://Prod/agents/bad"));
        assertTrue(pattern.denies(capitals));
        assertFalse(pattern.allows(capitals));
        assertFalse(pattern.denies(of(List.of(), List.of(), List.of("spiffe://prod/agents/BAD"))));
        assertFalse(pattern.denies(of(List.of(), List.of(), List.of("urn:x"))));
    }

    @Test
    void aSecondNameOfAKindAllowsNothingAndDeniesAllTheSame() {
        ClientCertificate twoUris = of(List.of(), List.of(), List.of("spiffe://prod/a", "https://x"));
        ClientCertificate twoNames = of(List.of("agent-1", "admin"), List.of(), List.of());
        ClientCertificate twoHosts = of(List.of(), List.of("a.x", "b.y"), List.of());

        assertFalse(CertificatePattern.parse("spiffe://prod/a").allows(twoUris));
        assertTrue(CertificatePattern.parse("spiffe://prod/a").denies(twoUris));
        assertFalse(CertificatePattern.parse("CN=agent-1").allows(twoNames));
        assertTrue(CertificatePattern.parse("CN=admin").denies(twoNames));
        assertTrue(CertificatePattern.parse("DNS:b.y").allows(twoHosts));
        assertTrue(CertificatePattern.parse("DNS:*.x").denies(of(List.of(), List.of("*.x"), List.of())));
    }

    /** Against a search through all short names. */
    @Test
    void meetsAnotherWhereThereIsANameThatBothMatch() {
        List<String> names = new ArrayList<>(List.of("a", "b"));
        for (int i = 0; names.get(i).length() < 7; i++) {
            names.add(names.get(i) + "a");
            names.add(names.get(i) + "b");
        }
        Random random = new Random(7);
        for (int i = 0; i < 3000; i++) {
            CertificatePattern one = CertificatePattern.parse("CN=" + glob(random));
            CertificatePattern other = CertificatePattern.parse("CN=" + glob(random));
            boolean both = names.stream()
                    .map(name -> named("CN=", name))
                    .anyMatch(shown -> one.allows(shown) && other.allows(shown));
            assertEquals(both, one.meets(other), one.text() + " and " + other.text());
            assertEquals(both, other.meets(one), one.text() + " and " + other.text());
        }
    }

    private static String glob(Random random) {
        StringBuilder glob = new StringBuilder();
        for (int length = 1 + random.nextInt(4); glob.length() < length; ) {
            char c = "ab*".charAt(random.nextInt(3));
            if (c != '*' || glob.length() == 0 || glob.charAt(glob.length() - 1) != '*') {
                glob.append(c);
            }
        }
        return glob.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "spiffe://p/a/*, spiffe://p/a/b/*, true",
        "spiffe://p/a/*, spiffe://p/a/b, true",
        "spiffe://p/a/*, spiffe://p/a, false",
        "spiffe://p/a/*, spiffe://p/*, true",
        "spiffe://p/*a/x, spiffe://p/b*/x, true",
        "spiffe://p/*a/x, spiffe://p/b*/y, false",
        "spiffe://p/*/x, spiffe://p/a/*, true",
        "spiffe://p/*/x, spiffe://q/a/*, false",
        "DNS:*.x, DNS:a.*, true",
        "DNS:*.x, DNS:a.b.x, false",
        "CN=a, DNS:a, false"
    })
    void meetsSegmentBySegment(String one, String other, boolean expected) {
        assertEquals(expected, CertificatePattern.parse(one).meets(CertificatePattern.parse(other)));
        assertEquals(expected, CertificatePattern.parse(other).meets(CertificatePattern.parse(one)));
    }

    /** Against a matcher that tries every way, on short names of few letters, where most of what can go wrong does. */
    @Test
    void matchesAsTheNaiveWayDoes() {
        long seed = Long.getLong("certificate.patterns.seed", System.nanoTime());
        Random random = new Random(seed);
        int matched = 0;
        for (int i = 0; i < 200_000; i++) {
            String path = random(random, "ab/**", 8);
            String name = random(random, "ab//", 8);
            if (path.contains("**") || ("/" + path + "/").contains("//") || ("/" + name + "/").contains("//")) {
                continue;
            }
            CertificatePattern pattern = CertificatePattern.parse("spiffe://d/" + path);
            boolean expected = naive(List.of(path.split("/")), List.of(name.split("/")));
            boolean found = pattern.allows(named("URI", "spiffe://d/" + name));
            assertEquals(expected, found, () -> path + " on " + name + ", -Dcertificate.patterns.seed=" + seed);
            matched += found ? 1 : 0;
        }
        assertTrue(matched > 1000, "only " + matched + " matched");
    }

    private static String random(Random random, String letters, int max) {
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(max) + 1; i > 0; i--) {
            out.append(letters.charAt(random.nextInt(letters.length())));
        }
        return out.toString();
    }

    private static boolean naive(List<String> pattern, List<String> name) {
        if (pattern.isEmpty() || name.isEmpty()) {
            return pattern.isEmpty() && name.isEmpty();
        }
        if (pattern.size() == 1 && pattern.get(0).equals("*")) {
            return true;
        }
        boolean here = pattern.get(0).equals("*") ? !name.get(0).isEmpty() : naive(pattern.get(0), name.get(0));
        return here && naive(pattern.subList(1, pattern.size()), name.subList(1, name.size()));
    }

    private static boolean naive(String pattern, String text) {
        if (pattern.isEmpty()) {
            return text.isEmpty();
        }
        if (pattern.charAt(0) == '*') {
            return naive(pattern.substring(1), text) || (!text.isEmpty() && naive(pattern, text.substring(1)));
        }
        return !text.isEmpty() && pattern.charAt(0) == text.charAt(0) && naive(pattern.substring(1), text.substring(1));
    }

    @Test
    void isNotSlowOnPatternsOfManyStars() {
        CertificatePattern pattern = CertificatePattern.parse("CN=" + "a*".repeat(200) + "b");
        List<String> names = new ArrayList<>(List.of("a".repeat(60_000)));
        assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertFalse(pattern.allows(of(names, List.of(), List.of()))));
    }
}
