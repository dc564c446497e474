package io.countersign.proxy.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.access.IdleEntries.Listed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdleEntriesTest {
    private static final Instant READ = Instant.parse("2027-01-01T00:00:00Z");
    private static final Instant LATER = Instant.parse("2027-02-01T00:00:00Z");

    @Test
    void groupsWhatChangesNothingByWhy() {
        CallerRules rules = rules("""
                10.0.0.0/8
                10.1.0.0/16
                10.0.0.0/8
                10.9.9.9
                10.2.0.0/16 # until 2027-01-15
                10.3.0.0/16 # until 2020-01-15
                """, "10.9.0.0/16\n10.9.1.0/24\n");

        assertEquals(
                List.of(
                        "EXPIRED 1 allow:6 10.3.0.0/16 - 2020-01-16T00:00:00Z",
                        "DUPLICATE 1 allow:3 10.0.0.0/8 allow:1 (10.0.0.0/8)",
                        "SHADOWED 4 deny:2 10.9.1.0/24 deny:1 (10.9.0.0/16), allow:2 10.1.0.0/16 allow:1 (10.0.0.0/8),"
                                + " allow:5 10.2.0.0/16 allow:1 (10.0.0.0/8) 2027-01-16T00:00:00Z, allow:4 10.9.9.9 allow:1"
                                + " (10.0.0.0/8)",
                        "CONTRADICTORY 1 allow:4 10.9.9.9 deny:1 (10.9.0.0/16)"),
                shown(IdleEntries.of(rules, READ)));
        // What has ended since is expired, and no longer shadowed.
        assertTrue(shown(IdleEntries.of(rules, LATER)).get(0).startsWith("EXPIRED 2 "));
        assertTrue(shown(IdleEntries.of(rules, LATER)).get(2).startsWith("SHADOWED 3 "));
    }

    @Test
    void saysNothingOfListsInWhichAllActs() {
        assertEquals(List.of(), IdleEntries.of(rules("10.0.0.0/8 # until 2028-01-01\n10.1.0.0/16", "10.1.2.3"), READ));
    }

    @Test
    void namesTheFirstAndCountsTheRest() {
        CallerRules rules =
                rules("10.0.0.0/8\n" + "10.0.0.0/8\n".repeat(50) + "10.1.0.0/16 # until 2020-01-01\n".repeat(40), "");

        List<IdleEntries> all = IdleEntries.of(rules, READ);

        assertEquals(List.of(40L, 50L), all.stream().map(IdleEntries::count).toList());
        assertEquals(
                List.of(20, 20), all.stream().map(each -> each.first().size()).toList());
    }

    @Test
    void aUserOrCertificateThatIsDeniedAsWellIsAllowedInVain() {
        UserRules.Entry root = new UserRules.Entry("access.allow-users[0]", "root");
        UserRules.Entry zero = new UserRules.Entry("access.deny-users[0]", "0");
        var user = UserRules.find("root").orElseThrow();
        CertificateRules certificates = new CertificateRules(
                List.of(
                        certificate("access.allow-certificates[0]"),
                        certificate("access.allow-certificates[1]", "CN=other")),
                List.of(certificate("access.deny-certificates[0]")),
                RevokedCertificates.NONE,
                AccessMode.ENFORCE,
                Clock.systemUTC());
        CallerRules rules = new CallerRules(
                addresses("", ""),
                new UserRules(Map.of(user, root), Map.of(user, zero), AccessMode.ENFORCE),
                certificates);

        assertEquals(
                List.of(
                        "CONTRADICTORY 2 access.allow-users[0] root access.deny-users[0] (0), access.allow-certificates[0]"
                                + " CN=agent access.deny-certificates[0] (CN=agent)"),
                shown(IdleEntries.of(rules, READ)));
    }

    /** As entry by entry, so for the whole; on lists that end, nest and repeat. */
    @Test
    void saysOfEachEntryWhatItSaysOfAll() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            CompiledIpRules addresses = addresses(random(random), random(random));
            CallerRules rules = new CallerRules(addresses, noUsers(), noCertificates());
            Instant now = random.nextBoolean() ? READ : LATER;
            List<String> each = new ArrayList<>();
            addresses
                    .deny()
                    .entries()
                    .forEach(entry -> IdleEntries.of(addresses, Listed.DENY, entry, now)
                            .ifPresent(idle -> each.add(idle.toString())));
            addresses
                    .allow()
                    .orElseThrow()
                    .entries()
                    .forEach(entry -> IdleEntries.of(addresses, Listed.ALLOW, entry, now)
                            .ifPresent(idle -> each.add(idle.toString())));
            List<String> all = new ArrayList<>();
            IdleEntries.of(rules, now).stream()
                    .flatMap(group -> group.first().stream())
                    .map(Object::toString)
                    .forEach(all::add);
            assertTrue(all.containsAll(each), () -> "seed " + seed + ": " + each + " in " + all);
        }
    }

    private static String random(Random random) {
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            int bits = 24 + 4 * random.nextInt(3);
            int last = random.nextInt(256) >> (32 - bits) << (32 - bits);
            list.append("10.0.0.").append(last).append('/').append(bits);
            list.append(new String[] {"", " # until 2027-01-10", " # until 2028-01-10"}[random.nextInt(3)]);
            list.append('\n');
        }
        return list.toString();
    }

    private static List<String> shown(List<IdleEntries> all) {
        return all.stream()
                .map(group -> group.why() + " " + group.count() + " "
                        + String.join(
                                ", ",
                                group.first().stream()
                                        .map(each -> each.rule().source() + " "
                                                + each.rule().text() + " "
                                                + each.by().map(Rule::toString).orElse("-")
                                                + each.until()
                                                        .map(end -> " " + end)
                                                        .orElse(""))
                                        .toList()))
                .toList();
    }

    private static CertificateRules.Entry certificate(String source) {
        return certificate(source, "CN=agent");
    }

    private static CertificateRules.Entry certificate(String source, String pattern) {
        return new CertificateRules.Entry(source, CertificatePattern.parse(pattern));
    }

    private static UserRules noUsers() {
        return new UserRules(Map.of(), Map.of(), AccessMode.ENFORCE);
    }

    private static CertificateRules noCertificates() {
        return new CertificateRules(
                List.of(), List.of(), RevokedCertificates.NONE, AccessMode.ENFORCE, Clock.systemUTC());
    }

    private static CallerRules rules(String allow, String deny) {
        return new CallerRules(addresses(allow, deny), noUsers(), noCertificates());
    }

    private static CompiledIpRules addresses(String allow, String deny) {
        return new CompiledIpRules(
                Optional.of(list("allow", allow)), list("deny", deny), AccessMode.ENFORCE, Clock.systemUTC());
    }

    private static IpList list(String name, String text) {
        IpListBuilder builder =
                Lists.builder(new ListRoom(1 << 20), Clock.fixed(READ, ZoneOffset.UTC), (where, what) -> {
                    throw new AssertionError(where + ": " + what);
                });
        try {
            Lists.read(builder, name, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return builder.build();
    }
}
