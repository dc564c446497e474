package io.countersign.proxy.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.net.IpAddress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CompiledIpRulesTest {

    @Test
    void denyWinsHoweverNarrowTheAllowEntry() throws Exception {
        IpRules rules = rules("10.1.2.3\n10.0.0.0/8", "10.1.0.0/16");

        assertEquals("Denied deny:1 (10.1.0.0/16)", ask(rules, "10.1.2.3"));
        assertEquals("Denied deny:1 (10.1.0.0/16)", ask(rules, "10.1.255.255"));
        assertEquals("Allowed allow:2 (10.0.0.0/8)", ask(rules, "10.2.0.0"));
        assertEquals("Allowed allow:2 (10.0.0.0/8)", ask(rules, "10.0.255.255"));
    }

    @Test
    void anAllowListDeniesEveryoneElse() throws Exception {
        IpRules rules = rules("10.0.0.0/8\n2001:db8::/32", "");

        assertInstanceOf(Verdict.Denied.class, decide(rules, "9.255.255.255"));
        assertInstanceOf(Verdict.Allowed.class, decide(rules, "10.0.0.0"));
        assertInstanceOf(Verdict.Allowed.class, decide(rules, "10.255.255.255"));
        assertInstanceOf(Verdict.Denied.class, decide(rules, "11.0.0.0"));
        assertInstanceOf(Verdict.Denied.class, decide(rules, "127.0.0.1"));
        assertInstanceOf(Verdict.Denied.class, decide(rules, "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff"));
        assertInstanceOf(Verdict.Allowed.class, decide(rules, "2001:db8::"));
        assertInstanceOf(Verdict.Allowed.class, decide(rules, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"));
        assertInstanceOf(Verdict.Denied.class, decide(rules, "2001:db9::"));
        assertInstanceOf(Verdict.Denied.class, decide(rules, "::1"));
    }

    @Test
    void anEmptyAllowListAllowsNobody() throws Exception {
        IpRules rules = rules("# nobody yet\n", "");

        assertInstanceOf(Verdict.Denied.class, decide(rules, "127.0.0.1"));
        assertInstanceOf(Verdict.Denied.class, decide(rules, "::1"));
        assertInstanceOf(Verdict.Denied.class, decide(rules, "10.0.0.1"));
    }

    @Test
    void withoutAnAllowListOnlyLoopbackMayCall() throws Exception {
        IpRules rules = Lists.rules(Optional.empty(), list("deny", "127.0.0.2"));

        assertInstanceOf(Verdict.Allowed.class, decide(rules, "127.0.0.1"));
        assertInstanceOf(Verdict.Allowed.class, decide(rules, "127.255.255.255"));
        assertInstanceOf(Verdict.Allowed.class, decide(rules, "::1"));
        assertEquals("Denied deny:1 (127.0.0.2)", ask(rules, "127.0.0.2"));
        assertInstanceOf(Verdict.Denied.class, decide(rules, "126.255.255.255"));
        assertInstanceOf(Verdict.Denied.class, decide(rules, "128.0.0.0"));
        assertInstanceOf(Verdict.Denied.class, decide(rules, "::2"));
        assertEquals("default", decide(rules, "10.0.0.1").by().source());
    }

    @Test
    void aMappedPeerIsIpv4() throws Exception {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 127, 0, 0, 1};
        // getByAddress folds it as the JDK does; the 16 octets as such come from Inet6Address.
        InetAddress peer = java.net.Inet6Address.getByAddress(null, mapped, -1);

        assertEquals(16, peer.getAddress().length);
        assertInstanceOf(
                Verdict.Allowed.class,
                Lists.rules(Optional.empty(), IpList.empty()).decide(peer));
        assertInstanceOf(
                Verdict.Denied.class,
                Lists.rules(Optional.empty(), list("deny", "::ffff:127.0.0.0/104"))
                        .decide(peer));
    }

    @Test
    void everyIpv6CallerIsNoIpv4Caller() throws Exception {
        assertInstanceOf(Verdict.Denied.class, decide(rules("::/0", ""), "10.0.0.1"));
        assertInstanceOf(Verdict.Allowed.class, decide(rules("0.0.0.0/0", "::/0"), "255.255.255.255"));
        assertInstanceOf(Verdict.Denied.class, decide(rules("0.0.0.0/0\n::/0", "::/0"), "::"));
    }

    @Test
    void theNarrowestRuleIsNamedAndOfEqualOnesTheFirst() throws Exception {
        IpRules rules = rules("10.0.0.0/8\n10.1.0.0/16\n10.1.0.0/16\n10.1.2.0/24", "");

        assertEquals("Allowed allow:1 (10.0.0.0/8)", ask(rules, "10.0.0.1"));
        assertEquals("Allowed allow:2 (10.1.0.0/16)", ask(rules, "10.1.1.1"));
        assertEquals("Allowed allow:4 (10.1.2.0/24)", ask(rules, "10.1.2.0"));
        assertEquals("Allowed allow:2 (10.1.0.0/16)", ask(rules, "10.1.3.0"));
    }

    @Test
    void findsAllowEntriesThatADenyEntryCovers() {
        CompiledIpRules rules = rules("10.1.0.0/16\n10.2.0.0/16\n10.0.0.0/8", "10.0.0.0/15");

        assertEquals(
                "{10.1.0.0/16=deny:1 (10.0.0.0/15)}",
                "{"
                        + rules.allowedInVain()
                                .map(vain -> vain.entry().cidr() + "=" + vain.by())
                                .reduce("", String::concat)
                        + "}");
    }

    @Test
    void aVerdictIsMadeOnce() throws Exception {
        IpRules rules = rules("10.0.0.0/8", "10.1.0.0/16");

        assertSame(decide(rules, "10.0.0.1"), decide(rules, "10.2.0.1"));
        assertSame(decide(rules, "10.1.0.1"), decide(rules, "10.1.0.2"));
    }

    @Test
    void anEntryEndsByItselfAndWhatItHidComesForth() throws Exception {
        Moving clock = new Moving(Instant.parse("2027-01-31T12:00:00Z"));
        CompiledIpRules rules = Lists.rules(
                list("allow", "10.0.0.0/8\n10.1.0.0/16 # until 2027-01-31\n", clock),
                list(
                        "deny",
                        "10.9.0.1 # noisy, until 2027-01-31T13:00:00Z\n10.9.0.1 # until 2027-01-31T12:30:00Z\n",
                        clock),
                clock);

        assertEquals("Allowed allow:2 (10.1.0.0/16)", ask(rules, "10.1.0.1"));
        assertEquals("Denied deny:1 (10.9.0.1)", ask(rules, "10.9.0.1"));
        clock.now = Instant.parse("2027-01-31T12:59:59Z");
        assertEquals("Denied deny:1 (10.9.0.1)", ask(rules, "10.9.0.1"));
        clock.now = Instant.parse("2027-01-31T13:00:00Z");
        assertEquals("Allowed allow:1 (10.0.0.0/8)", ask(rules, "10.9.0.1"));
        clock.now = Instant.parse("2027-01-31T23:59:59.999Z");
        assertEquals("Allowed allow:2 (10.1.0.0/16)", ask(rules, "10.1.0.1"));
        clock.now = Instant.parse("2027-02-01T00:00:00Z");
        assertEquals("Allowed allow:1 (10.0.0.0/8)", ask(rules, "10.1.0.1"));
    }

    @Test
    void anAuditDeniesNobody() throws Exception {
        CompiledIpRules rules = new CompiledIpRules(
                Optional.of(list("allow", "10.0.0.0/8")),
                list("deny", "10.1.0.0/16"),
                AccessMode.AUDIT,
                Clock.systemUTC());

        assertEquals("WouldDeny deny:1 (10.1.0.0/16)", ask(rules, "10.1.0.1"));
        assertEquals("default", decide(rules, "11.0.0.0").by().source());
        assertInstanceOf(Verdict.WouldDeny.class, decide(rules, "11.0.0.0"));
        assertEquals("Allowed allow:1 (10.0.0.0/8)", ask(rules, "10.0.0.1"));
    }

    @Test
    void saysWhichEntriesHaveNoEffect() {
        CompiledIpRules rules = rules("10.0.0.0/8\n10.1.0.0/16\n::1 # until 2100-01-01\n::/64\n", "");

        assertEquals(
                List.of("10.1.0.0/16 by allow:1 (10.0.0.0/8)", "::1 by allow:4 (::/64)"),
                rules.shadowed()
                        .map(one -> one.entry().cidr() + " by " + one.by())
                        .toList());
        // The outer one ends first, and the inner one acts from then on.
        assertEquals(
                List.of(),
                rules("10.0.0.0/8 # until 2100-01-01\n10.1.0.0/16\n", "")
                        .shadowed()
                        .toList());
        assertEquals(
                List.of(),
                rules("10.1.0.0/16", "10.1.0.0/16 # until 2100-01-01")
                        .allowedInVain()
                        .toList());
    }

    @Test
    void agreesWithALinearSearchOnRandomNestedRulesThatEnd() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Moving clock = new Moving(Instant.EPOCH);
        for (int round = 0; round < 400; round++) {
            clock.now = Instant.parse("2027-01-01T00:00:00Z");
            List<ListEntry> allow = randomEntries(random, "allow", clock.now);
            List<ListEntry> deny = randomEntries(random, "deny", clock.now);
            IpRules rules = Lists.rules(list("allow", text(allow), clock), list("deny", text(deny), clock), clock);
            for (int i = 0; i < 100; i++) {
                if (random.nextInt(10) == 0) {
                    clock.now = clock.now.plusSeconds(random.nextInt(30));
                }
                InetAddress peer = randomPeer(random);
                IpAddress address = IpAddress.of(peer);
                Optional<Cidr> denied = narrowest(deny, address, clock.now);
                Optional<Cidr> allowed = narrowest(allow, address, clock.now);
                Verdict verdict = rules.decide(peer);
                String message = "seed " + seed + ", round " + round + ", peer " + peer + ", " + clock.now + "\n"
                        + text(allow) + "--\n" + text(deny);

                assertEquals(denied.isPresent() || allowed.isEmpty(), verdict instanceof Verdict.Denied, message);
                assertEquals(
                        denied.or(() -> allowed).map(Cidr::toString).orElse(Rule.DEFAULT),
                        verdict.by().isDefault() ? Rule.DEFAULT : verdict.by().text(),
                        message);
                assertTrue(verdict.by().isDefault() || isInForce(verdict.by(), allow, deny, clock.now), message);
            }
        }
    }

    /** Whether the line that the rule names is that entry, and has not ended. */
    private static boolean isInForce(Rule rule, List<ListEntry> allow, List<ListEntry> deny, Instant now) {
        String[] place = rule.source().split(":", 2);
        ListEntry entry = (place[0].equals("allow") ? allow : deny).get(Integer.parseInt(place[1]) - 1);
        return entry.cidr().toString().equals(rule.text())
                && entry.until().map(now::isBefore).orElse(true);
    }

    private static String text(List<ListEntry> entries) {
        StringBuilder text = new StringBuilder();
        for (ListEntry entry : entries) {
            text.append(entry.cidr())
                    .append(entry.until().map(until -> "  # until " + until).orElse(""))
                    .append('\n');
        }
        return text.toString();
    }

    /** From few bits at both ends of the space, so that ranges nest, touch and end with it; half of them end some time. */
    private static List<ListEntry> randomEntries(Random random, String source, Instant now) {
        List<ListEntry> entries = new ArrayList<>();
        int count = random.nextInt(12);
        for (int i = 0; i < count; i++) {
            boolean v4 = random.nextBoolean();
            IpAddress near = near(random, v4);
            int prefix = v4
                    ? 24 + random.nextInt(9)
                    : random.nextInt(5) == 0 ? random.nextInt(129) : 120 + random.nextInt(9);
            Cidr cidr = new Cidr(near, prefix).widened(prefix);
            Optional<Instant> until =
                    random.nextBoolean() ? Optional.empty() : Optional.of(now.plusSeconds(random.nextInt(120) - 10));
            entries.add(new ListEntry(cidr, new Rule(source + ":" + (i + 1), cidr.toString()), until));
        }
        return entries;
    }

    private static IpAddress near(Random random, boolean v4) {
        long bits = random.nextInt(256);
        boolean end = random.nextBoolean();
        return v4
                ? new IpAddress(true, 0, end ? 0xffff_ff00L | bits : bits)
                : new IpAddress(false, end ? -1L : 0, end ? 0xffff_ffff_ffff_ff00L | bits : bits);
    }

    private static InetAddress randomPeer(Random random) throws UnknownHostException {
        return InetAddress.getByName(near(random, random.nextBoolean()).toString());
    }

    private static Optional<Cidr> narrowest(List<ListEntry> entries, IpAddress address, Instant now) {
        Cidr best = null;
        for (ListEntry entry : entries) {
            boolean narrower = best == null || entry.cidr().prefix() > best.prefix();
            boolean inForce = entry.until().map(now::isBefore).orElse(true);
            if (entry.cidr().contains(address) && narrower && inForce) {
                best = entry.cidr();
            }
        }
        return Optional.ofNullable(best);
    }

    private static CompiledIpRules rules(String allow, String deny) {
        return Lists.rules(Optional.of(list("allow", allow)), list("deny", deny));
    }

    private static IpList list(String source, String text) {
        return list(source, text, Clock.systemUTC());
    }

    private static IpList list(String source, String text, Clock clock) {
        IpListBuilder list = Lists.builder(new ListRoom(1 << 20), clock, (where, what) -> fail(where + ": " + what));
        try {
            Lists.read(list, source, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return list.build();
    }

    /** A clock that the test sets. */
    private static final class Moving extends Clock {
        private Instant now;

        Moving(Instant now) {
            this.now = now;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("nobody asks for another zone");
        }
    }

    private static Verdict decide(IpRules rules, String peer) throws UnknownHostException {
        return rules.decide(InetAddress.getByName(peer));
    }

    private static String ask(IpRules rules, String peer) throws UnknownHostException {
        Verdict verdict = decide(rules, peer);
        return verdict.getClass().getSimpleName() + " " + verdict.by();
    }
}
