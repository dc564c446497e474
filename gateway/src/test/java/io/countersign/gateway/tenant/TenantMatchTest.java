package io.countersign.gateway.tenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.identity.kubernetes.ServiceAccountPattern;
import io.countersign.proxy.access.CertificatePattern;
import io.countersign.proxy.caller.Attribution;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.ClientCertificate;
import io.countersign.proxy.caller.Identity;
import io.countersign.proxy.caller.TlsClient;
import io.countersign.proxy.caller.UnixUser;
import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.net.IpAddress;
import io.countersign.proxy.net.Networks;
import java.math.BigInteger;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;

/** Whether two tenants are told apart, against a search through all callers of a small world. */
class TenantMatchTest {
    private static final int PAIRS = 4000;
    private static final List<String> LISTENERS = List.of("127.0.0.1:1", "127.0.0.1:2");
    private static final UserPrincipal ALICE = () -> "alice";
    private static final UserPrincipal BOB = () -> "bob";

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final List<Caller> world = world();

    @Test
    void whoFitsTwoTenantsWasSeenToBePossible() {
        for (int i = 0; i < PAIRS; i++) {
            TenantMatch one = match();
            TenantMatch other = match();
            boolean both = world.stream().anyMatch(caller -> one.fits(caller) && other.fits(caller));
            Optional<TenantMatch.Overlap> seen = one.overlap(other);
            assertEquals(
                    seen.map(TenantMatch.Overlap::certain),
                    other.overlap(one).map(TenantMatch.Overlap::certain),
                    this::seed);
            assertTrue(seen.isPresent() || !both, () -> seed() + one + " and " + other);
            assertTrue(
                    both || seen.filter(TenantMatch.Overlap::certain).isEmpty(), () -> seed() + one + " and " + other);
        }
    }

    @Test
    void theTableFindsWhomAllTenantsAreAskedFor() {
        for (int i = 0; i < PAIRS / 20; i++) {
            List<TenantConfig> tenants = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                tenants.add(tenant("t" + t, match()));
            }
            TenantTable table = new TenantTable(tenants);
            for (Caller caller : world) {
                assertEquals(
                        tenants.stream()
                                .filter(tenant -> tenant.match().fits(caller))
                                .map(TenantConfig::name)
                                .sorted()
                                .toList(),
                        table.of(caller).stream()
                                .map(TenantConfig::name)
                                .sorted()
                                .toList(),
                        this::seed);
            }
        }
    }

    private String seed() {
        return "seed " + seed + ": ";
    }

    private static TenantConfig tenant(String name, TenantMatch match) {
        return new TenantConfig(
                name,
                match,
                new TenantRules(name, Networks.NONE, Networks.NONE),
                Set.of(),
                Optional.empty(),
                List.of(),
                new TenantLimits(Optional.empty(), OptionalInt.empty(), OptionalLong.empty(), Optional.empty()));
    }

    /** As the reader lets one be: nobody has both a user and an address or a certificate. */
    private TenantMatch match() {
        List<Supplier<Criterion>> kinds = random.nextInt(4) == 0
                ? List.of(this::identities, () -> new UserCriterion(some(new UnixUser(ALICE), new UnixUser(BOB))))
                : List.of(
                        this::identities,
                        () -> new CertificateCriterion(List.copyOf(some(
                                CertificatePattern.parse("spiffe://p/a/*"),
                                CertificatePattern.parse("spiffe://p/*/x"),
                                CertificatePattern.parse("spiffe://p/b/y"),
                                CertificatePattern.parse("CN=a*"),
                                CertificatePattern.parse("CN=*b")))),
                        () -> new AddressCriterion(new Networks(List.copyOf(some(
                                Cidr.parse("10.0.0.0/8"),
                                Cidr.parse("10.1.0.0/16"),
                                Cidr.parse("11.0.0.1"),
                                Cidr.parse("2001:db8::/32"))))),
                        () -> new ListenerCriterion(some(LISTENERS.toArray(String[]::new))));
        List<Criterion> criteria = new ArrayList<>();
        while (criteria.isEmpty()) {
            for (Supplier<Criterion> kind : kinds) {
                if (random.nextInt(3) == 0) {
                    criteria.add(kind.get());
                }
            }
        }
        return new TenantMatch(criteria);
    }

    private Criterion identities() {
        return new IdentityCriterion(
                some("t", "u"),
                List.copyOf(some(ServiceAccountPattern.parse("n/*"), ServiceAccountPattern.parse("n/a-*"))));
    }

    /** One or two of them, at random. */
    @SafeVarargs
    private <T> Set<T> some(T... all) {
        Set<T> some = new HashSet<>();
        some.add(all[random.nextInt(all.length)]);
        some.add(all[random.nextInt(all.length)]);
        return some;
    }

    private static List<Caller> world() {
        List<Caller> world = new ArrayList<>();
        List<Optional<Identity>> identities = List.of(
                Optional.empty(),
                Optional.of(new Identity(Identity.Kind.TOKEN, "t")),
                Optional.of(new Identity(Identity.Kind.TOKEN, "u")),
                Optional.of(new Identity(Identity.Kind.SERVICE_ACCOUNT, "n/a-1")),
                Optional.of(new Identity(Identity.Kind.SERVICE_ACCOUNT, "n/b")));
        List<Optional<ClientCertificate>> certificates = new ArrayList<>(List.of(Optional.empty()));
        for (String uri : List.of("spiffe://p/a/x", "spiffe://p/a/z", "spiffe://p/b/x", "spiffe://p/b/y")) {
            for (String name : List.of("a", "ab", "b")) {
                certificates.add(Optional.of(certificate(uri, name)));
            }
        }
        for (Optional<Identity> identity : identities) {
            for (UserPrincipal user : List.of(ALICE, BOB)) {
                world.add(with(Caller.ofUnixSocket(new UnixUser(user)), identity));
            }
            for (String address : List.of("10.0.0.1", "10.1.0.1", "11.0.0.1", "2001:db8::1", "12.0.0.1")) {
                for (Optional<ClientCertificate> certificate : certificates) {
                    for (String listener : LISTENERS) {
                        world.add(with(
                                Caller.ofSocket(IpAddress.parse(address).toInetAddress())
                                        .by(TlsClient.asked(certificate))
                                        .at(listener),
                                identity));
                    }
                }
            }
        }
        return world;
    }

    private static Caller with(Caller caller, Optional<Identity> identity) {
        return identity.map(Attribution::of).map(caller::attributedTo).orElse(caller);
    }

    private static ClientCertificate certificate(String uri, String name) {
        return new ClientCertificate(
                "CN=" + name,
                new ClientCertificate.Names(List.of(name), List.of(), List.of(uri)),
                new X500Principal("CN=issuer"),
                BigInteger.ONE,
                Instant.MAX);
    }
}
