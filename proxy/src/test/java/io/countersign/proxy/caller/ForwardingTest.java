package io.countersign.proxy.caller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.net.IpAddress;
import io.countersign.proxy.net.Networks;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardingTest {
    private static final Forwarding TRUSTING =
            new Forwarding(new Networks(Stream.of("10.0.0.0/24", "2001:db8:1::/48", "192.0.2.1")
                    .map(Cidr::parse)
                    .toList()));
    private static final List<String> NONE = List.of();

    private static Forwarding.Result forwardedFor(String... values) {
        return TRUSTING.caller(List.of(values), NONE);
    }

    private static Forwarding.Result forwarded(String... values) {
        return TRUSTING.caller(NONE, List.of(values));
    }

    private static IpAddress named(String address) {
        return IpAddress.parse(address);
    }

    private static Object nameIn(Forwarding.Result result) {
        return result instanceof Forwarding.Result.Named named ? named.address() : result;
    }

    private static Set<IpAddress> through(Forwarding.Result result) {
        return assertInstanceOf(Forwarding.Result.Named.class, result).through();
    }

    @Test
    void namesTheProxiesThatTheRequestHasPassedAndNoOthers() {
        Set<IpAddress> two = Set.of(named("10.0.0.7"), named("192.0.2.1"));
        assertEquals(Set.of(), through(forwardedFor("10.0.0.9, 10.1.2.3")));
        assertEquals(two, through(forwardedFor("10.0.0.9, 10.1.2.3, 192.0.2.1, 10.0.0.7, 10.0.0.7")));
        assertEquals(two, through(forwarded("for=10.0.0.9, for=192.0.2.1, for=10.0.0.7")));
        assertEquals(
                two, through(TRUSTING.caller(List.of("10.1.2.3, 10.0.0.7"), List.of("for=10.1.2.3, for=192.0.2.1"))));
    }

    @Test
    void withoutEitherFieldNobodyIsNamed() {
        assertEquals(new Forwarding.Result.Nobody(), TRUSTING.caller(NONE, NONE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.1.2.3 | 10.1.2.3",
                // From the right: what its client wrote is not believed.
                "10.9.9.9, 10.1.2.3 | 10.1.2.3",
                "10.9.9.9, 10.1.2.3, 10.0.0.7 | 10.1.2.3",
                "10.9.9.9,10.1.2.3,10.0.0.7,2001:db8:1::5,192.0.2.1 | 10.1.2.3",
                // All of them are trusted: the leftmost.
                "10.0.0.9, 10.0.0.7 | 10.0.0.9",
                "10.0.0.7 | 10.0.0.7",
                // What stands further left is not even judged.
                "unknown, 10.1.2.3 | 10.1.2.3",
                "\"', _hidden, , 10.1.2.3 | 10.1.2.3",
                "10.1.2.3:4711 | 10.1.2.3",
                "10.1.2.3:0 | 10.1.2.3",
                "10.1.2.3:65535 | 10.1.2.3",
                "2001:db8::7 | 2001:db8::7",
                "[2001:db8::7] | 2001:db8::7",
                "[2001:db8::7]:443 | 2001:db8::7",
                "::ffff:10.1.2.3 | 10.1.2.3",
                "[::ffff:10.1.2.3]:1 | 10.1.2.3",
                "10.1.2.3, ::ffff:10.0.0.7 | 10.1.2.3"
            })
    void xForwardedForNamesTheFirstFromTheRightThatIsNotTrusted(String value, String caller) {
        assertEquals(named(caller), nameIn(forwardedFor(value)));
    }

    @Test
    void blanksAroundAnEntryCountForNothing() {
        assertEquals(named("10.1.2.3"), nameIn(forwardedFor(" 10.9.9.9\t,\t10.1.2.3 ")));
        assertEquals(named("10.1.2.3"), nameIn(forwarded(" for=10.9.9.9\t,\tfor=10.1.2.3 ")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                "10.1.2.3,",
                "10.1.2.3, ",
                "unknown",
                "_hidden",
                "-",
                "localhost",
                "10.1.2.3, unknown",
                "10.1.2.3, unknown, 10.0.0.7",
                "10.1.2.3,,10.0.0.7",
                "010.1.2.3",
                "10.1.2",
                "167838211",
                "0x0a010203",
                "10.1.2.3.4",
                "10.1.2.3/32",
                "10.1.2.3 10.1.2.4",
                "10.1.2.3;",
                "\"10.1.2.3\"",
                "10.1.2.3:",
                "10.1.2.3:65536",
                "10.1.2.3:+1",
                "10.1.2.3:_port",
                "10.1.2.3:123456",
                "fe80::1%eth0",
                "[fe80::1%25eth0]",
                "[2001:db8::7",
                "2001:db8::7]",
                "[2001:db8::7]x",
                "[2001:db8::7]:",
                "[10.1.2.3]",
                "[]",
                "1:2",
                "::1::2",
                "\u0661.1.1.1",
                "10.1.2.3\u00a0",
                "10.1.2.3\u000b"
            })
    void whatIsNoAddressIsUnclear(String value) {
        assertInstanceOf(Forwarding.Result.Unclear.class, forwardedFor(value));
    }

    @Test
    void severalFieldsAreReadAsOne() {
        assertEquals(named("10.1.2.3"), nameIn(forwardedFor("10.9.9.9", "10.1.2.3", "10.0.0.7")));
        assertEquals(named("10.1.2.3"), nameIn(forwardedFor("10.9.9.9, 10.1.2.3", "10.0.0.7")));
        assertEquals(named("10.1.2.3"), nameIn(forwarded("for=10.9.9.9", "for=10.1.2.3, for=10.0.0.7")));
        assertInstanceOf(Forwarding.Result.Unclear.class, forwardedFor("10.1.2.3", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "for=10.1.2.3 | 10.1.2.3",
                "For=10.1.2.3;Proto=https;by=10.0.0.7;host=a.b | 10.1.2.3",
                "proto=https ; for=10.1.2.3 | 10.1.2.3",
                "for=\"10.1.2.3\" | 10.1.2.3",
                "for=\"10.1.2.3:4711\" | 10.1.2.3",
                "for=\"[2001:db8::7]\" | 2001:db8::7",
                "for=\"[2001:db8::7]:4711\" | 2001:db8::7",
                "for=\"1\\0.1.2.3\" | 10.1.2.3",
                "for=\"[::ffff:10.1.2.3]\" | 10.1.2.3",
                "for=10.9.9.9, for=10.1.2.3, for=\"[2001:db8:1::5]\" | 10.1.2.3",
                "for=unknown, for=10.1.2.3 | 10.1.2.3",
                "proto=http, for=10.1.2.3 | 10.1.2.3",
                "for=\"_a,for=10.9.9.9\", for=10.1.2.3 | 10.1.2.3",
                "for=10.1.2.3;host=\"a,b;c\\\"d\" | 10.1.2.3"
            })
    void forwardedNamesTheSame(String value, String caller) {
        assertEquals(named(caller), nameIn(forwarded(value)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "10.1.2.3",
                "for",
                "for=",
                "for=\"\"",
                "for =10.1.2.3",
                "for= 10.1.2.3",
                "for=10.1.2.3,",
                "for=10.1.2.3;",
                ";for=10.1.2.3",
                "for=10.1.2.3:4711",
                "for=[2001:db8::7]",
                "for=2001:db8::7",
                "for=\"2001:db8::7\"",
                "for=unknown",
                "for=_hidden",
                "for=\"10.1.2.3:_port\"",
                "for=\"[fe80::1%eth0]\"",
                "by=10.1.2.3",
                "proto=https",
                "for=10.1.2.3, proto=https",
                "for=10.1.2.3;for=10.1.2.4",
                "for=10.1.2.3;FOR=10.1.2.3",
                "for=\"10.1.2.3",
                "for=\"10.1.2.3\\",
                "for=\"10.1.2.3\\\"",
                "for=\"10.1.2.3\"x",
                "for=10.1.2.3 for=10.1.2.4",
                // A client that leaves a quote open before what the proxy adds.
                "for=10.9.9.9;x=\", for=10.1.2.3",
                "for=10.9.9.9;x=\", for=\"[2001:db8::7]\"",
                "for=10.9.9.9;x=\", for=10.1.2.3;by=\"a\""
            })
    void whatIsNoForwardedFieldIsUnclear(String value) {
        assertInstanceOf(Forwarding.Result.Unclear.class, forwarded(value));
    }

    @Test
    void aQuoteDoesNotReachFromOneFieldIntoTheNext() {
        assertInstanceOf(Forwarding.Result.Unclear.class, forwarded("for=10.9.9.9;x=\"", "for=10.1.2.3;y=\"a\""));
    }

    @Test
    void bothKindsHaveToNameTheSame() {
        assertEquals(named("10.1.2.3"), nameIn(TRUSTING.caller(List.of("10.1.2.3"), List.of("for=10.1.2.3"))));
        assertEquals(
                named("10.1.2.3"),
                nameIn(TRUSTING.caller(List.of("::ffff:10.1.2.3, 10.0.0.7"), List.of("for=\"10.1.2.3:1\""))));
        for (Forwarding.Result result : List.of(
                TRUSTING.caller(List.of("10.1.2.3"), List.of("for=10.1.2.4")),
                TRUSTING.caller(List.of("10.1.2.3"), List.of("for=unknown")),
                TRUSTING.caller(List.of("unknown"), List.of("for=10.1.2.3")),
                TRUSTING.caller(List.of("10.1.2.3"), List.of("garbage")),
                TRUSTING.caller(List.of(""), List.of("for=10.1.2.3")))) {
            assertInstanceOf(Forwarding.Result.Unclear.class, result);
        }
    }

    @Test
    void saysWhichEntryIsUnclear() {
        Forwarding.Result.Unclear unclear =
                assertInstanceOf(Forwarding.Result.Unclear.class, forwardedFor("10.1.2.3, unknown, 10.0.0.7"));
        assertTrue(
                unclear.why()
                        .startsWith("entry 2 from the right of the field X-Forwarded-For names no caller: \"unknown\""),
                unclear.why());
    }

    /** Against a naive reading: a list of hops of which the rightmost ones are struck out while they are trusted. */
    @Test
    void agreesWithANaiveReadingOfRandomChains() {
        long seed = Long.getLong("countersign.seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> trusted = List.of("10.0.0.1", "10.0.0.255", "2001:db8:1::1", "192.0.2.1", "::ffff:10.0.0.8");
        List<String> others = List.of("10.0.1.1", "9.255.255.255", "2001:db8:2::1", "192.0.2.2", "127.0.0.1", "::1");
        List<String> bad = List.of("unknown", "_x", "", "10.0.0", "fe80::1%1", "for=10.0.0.1");
        for (int round = 0; round < 20_000; round++) {
            List<String> hops = new ArrayList<>();
            for (int count = 1 + random.nextInt(6); count > 0; count--) {
                List<String> from = random.nextInt(8) == 0 ? bad : random.nextBoolean() ? trusted : others;
                hops.add(from.get(random.nextInt(from.size())));
            }
            List<String> left = new ArrayList<>(hops);
            while (left.size() > 1 && trusted.contains(left.get(left.size() - 1))) {
                left.remove(left.size() - 1);
            }
            String last = left.get(left.size() - 1);

            List<String> fields = new ArrayList<>();
            List<String> elements = new ArrayList<>();
            boolean same = true;
            for (String hop : hops) {
                boolean v6 = hop.contains(":");
                boolean port = random.nextInt(4) == 0 && !bad.contains(hop);
                String shown = v6 && (port || random.nextBoolean()) && !bad.contains(hop) ? "[" + hop + "]" : hop;
                shown += port ? ":4711" : "";
                boolean joins = !fields.isEmpty() && random.nextBoolean();
                if (joins) {
                    fields.set(fields.size() - 1, fields.get(fields.size() - 1) + ", " + shown);
                } else {
                    fields.add(shown);
                }
                elements.add("for=\"" + (v6 ? "[" + hop + "]" : hop) + (port ? ":4711" : "") + "\"");
                same &= !hop.isEmpty();
            }
            String shown = "-Dcountersign.seed=" + seed + ", round " + round + ": " + fields;
            if (bad.contains(last)) {
                assertInstanceOf(Forwarding.Result.Unclear.class, TRUSTING.caller(fields, NONE), shown);
            } else {
                assertEquals(named(last), nameIn(TRUSTING.caller(fields, NONE)), shown);
                if (same) {
                    assertEquals(named(last), nameIn(forwarded(String.join(", ", elements))), shown + elements);
                    assertEquals(named(last), nameIn(TRUSTING.caller(fields, elements)), shown + elements);
                }
            }
        }
    }

    /** Whatever comes, it is read to an end, and in time that grows no faster than the head. */
    @Test
    void survivesRandomText() {
        long seed = Long.getLong("countersign.seed", System.nanoTime());
        Random random = new Random(seed);
        String alphabet = "for=\"\\;, 10.:[]_\t%a";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(30); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            TRUSTING.caller(List.of(text.toString()), List.of(text.toString()));
        }
        forwardedFor("10.0.0.7,".repeat(100_000) + "10.0.0.7");
        forwarded("for=10.0.0.7,".repeat(100_000) + "for=10.0.0.7");
        StringBuilder parameters = new StringBuilder("for=10.0.0.7");
        for (int i = 0; i < 200_000; i++) {
            parameters.append(";a").append(i).append("=b");
        }
        forwarded(parameters.toString());
    }
}
