package io.countersign.proxy.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.fail;

import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.net.IpAddress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
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
        IpRules rules = new CompiledIpRules(Optional.empty(), list("deny", "127.0.0.2"));

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
        assertInstanceOf(Verdict.Allowed.class, new CompiledIpRules(Optional.empty(), IpList.empty()).decide(peer));
        assertInstanceOf(
                Verdict.Denied.class,
                new CompiledIpRules(Optional.empty(), list("deny", "::ffff:127.0.0.0/104")).decide(peer));
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
                                .map(vain -> vain.allow().cidr() + "=" + vain.deniedBy())
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
    void agreesWithALinearSearchOnRandomNestedRules() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<ListEntry> allow = randomEntries(random, "allow");
            List<ListEntry> deny = randomEntries(random, "deny");
            IpRules rules = new CompiledIpRules(Optional.of(compiled(allow)), compiled(deny));
            for (int i = 0; i < 100; i++) {
                InetAddress peer = randomPeer(random);
                IpAddress address = IpAddress.of(peer);
                Optional<Rule> expected = narrowest(deny, address).or(() -> narrowest(allow, address));
                boolean denied = narrowest(deny, address).isPresent() || expected.isEmpty();
                Verdict verdict = rules.decide(peer);
                String message = "seed " + seed + ", round " + round + ", peer " + peer;

                assertEquals(denied, verdict instanceof Verdict.Denied, message);
                assertEquals(
                        expected.map(Rule::toString).orElse("default"),
                        expected.isPresent()
                                ? verdict.by().toString()
                                : verdict.by().source(),
                        message);
            }
        }
    }

    /** From few bits at both ends of the space, so that ranges nest, touch and end with it. */
    private static List<ListEntry> randomEntries(Random random, String source) {
        List<ListEntry> entries = new ArrayList<>();
        int count = random.nextInt(12);
        for (int i = 0; i < count; i++) {
            boolean v4 = random.nextBoolean();
            IpAddress near = near(random, v4);
            int prefix = v4
                    ? 24 + random.nextInt(9)
                    : random.nextInt(5) == 0 ? random.nextInt(129) : 120 + random.nextInt(9);
            Cidr cidr = new Cidr(near, prefix).widened(prefix);
            entries.add(new ListEntry(cidr, new Rule(source + ":" + i, cidr.toString())));
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

    private static Optional<Rule> narrowest(List<ListEntry> entries, IpAddress address) {
        ListEntry best = null;
        for (ListEntry entry : entries) {
            boolean narrower =
                    best == null || entry.cidr().prefix() > best.cidr().prefix();
            if (entry.cidr().contains(address) && narrower) {
                best = entry;
            }
        }
        return Optional.ofNullable(best).map(ListEntry::rule);
    }

    private static CompiledIpRules rules(String allow, String deny) {
        return new CompiledIpRules(Optional.of(list("allow", allow)), list("deny", deny));
    }

    private static IpList list(String source, String text) {
        IpListBuilder list = new IpListBuilder(new ListRoom(1 << 20), (where, what) -> fail(where + ": " + what));
        try {
            list.read(source, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return list.build();
    }

    /** By way of settings: each entry's source is what its rule says. */
    private static IpList compiled(List<ListEntry> entries) {
        IpListBuilder list = new IpListBuilder(new ListRoom(1 << 20), (where, what) -> fail(where + ": " + what));
        entries.forEach(entry -> list.add(entry.rule().source(), entry.rule().text()));
        return list.build();
    }

    private static Verdict decide(IpRules rules, String peer) throws UnknownHostException {
        return rules.decide(InetAddress.getByName(peer));
    }

    private static String ask(IpRules rules, String peer) throws UnknownHostException {
        Verdict verdict = decide(rules, peer);
        return verdict.getClass().getSimpleName() + " " + verdict.by();
    }
}
