package io.countersign.gateway.tenant;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.identity.kubernetes.ServiceAccountPattern;
import io.countersign.proxy.access.CertificatePattern;
import io.countersign.proxy.caller.Attribution;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.ClientCertificate;
import io.countersign.proxy.caller.Identity;
import io.countersign.proxy.caller.TlsClient;
import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.net.IpAddress;
import io.countersign.proxy.net.Networks;
import java.math.BigInteger;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;

/** Which callers are whose, kind by kind. */
class CriterionTest {
    private static final Caller CALLER = Caller.ofSocket(InetAddress.getLoopbackAddress());

    private final Criterion tokens = new IdentityCriterion(Set.of("payments"), List.of());
    private final Criterion accounts =
            new IdentityCriterion(Set.of(), List.of(ServiceAccountPattern.parse("payments/*")));
    private final Criterion certificates =
            new CertificateCriterion(List.of(CertificatePattern.parse("spiffe://prod/payments/*")));

    @Test
    void aTokenAndAServiceAccountOfTheSameNameAreTwo() {
        assertTrue(tokens.fits(who(Identity.Kind.TOKEN, "payments")));
        assertFalse(tokens.fits(who(Identity.Kind.SERVICE_ACCOUNT, "payments")));
        assertFalse(tokens.fits(who(Identity.Kind.TOKEN, "payments2")));
        assertFalse(tokens.fits(CALLER));
        assertTrue(accounts.fits(who(Identity.Kind.SERVICE_ACCOUNT, "payments/agent")));
        assertFalse(accounts.fits(who(Identity.Kind.SERVICE_ACCOUNT, "payments2/agent")));
        assertFalse(accounts.fits(who(Identity.Kind.TOKEN, "payments/agent")));
    }

    @Test
    void aCertificateFitsByItsName() {
        assertTrue(certificates.fits(with("spiffe://prod/payments/agent")));
        assertFalse(certificates.fits(with("spiffe://prod/checkout/agent")));
        assertFalse(certificates.fits(CALLER));
    }

    @Test
    void theCertificateOfAProxyIsNotTheCallers() {
        Caller behind = with("spiffe://prod/payments/agent").forwarded(IpAddress.of(InetAddress.getLoopbackAddress()));
        assertFalse(certificates.fits(behind));
    }

    @Test
    void everyKindMustFit() {
        TenantMatch match = new TenantMatch(List.of(
                tokens,
                new AddressCriterion(new Networks(List.of(Cidr.parse("127.0.0.0/8")))),
                new ListenerCriterion(Set.of("127.0.0.1:8005"))));
        Caller caller = who(Identity.Kind.TOKEN, "payments").at("127.0.0.1:8005");
        assertTrue(match.fits(caller));
        assertFalse(match.fits(who(Identity.Kind.TOKEN, "payments").at("127.0.0.1:8006")));
        assertFalse(match.fits(CALLER.at("127.0.0.1:8005")));
    }

    @Test
    void manyTenantsAreFoundByTheirTokens() {
        List<TenantConfig> all = IntStream.range(0, 100)
                .mapToObj(i -> tenant("t" + i, new IdentityCriterion(Set.of("token" + i), List.of())))
                .toList();
        TenantTable table = new TenantTable(all);
        assertTrue(table.of(who(Identity.Kind.TOKEN, "token7")).equals(List.of(all.get(7))));
        assertTrue(table.of(who(Identity.Kind.TOKEN, "token100")).isEmpty());
    }

    /** It is in both parts of the table, and still one. */
    @Test
    void aTenantOfTokensAndServiceAccountsIsFoundOnce() {
        TenantConfig tenant =
                tenant("both", new IdentityCriterion(Set.of("a"), List.of(ServiceAccountPattern.parse("payments/*"))));
        TenantTable table = new TenantTable(List.of(tenant));
        assertTrue(table.of(who(Identity.Kind.TOKEN, "a")).equals(List.of(tenant)));
        assertTrue(table.of(who(Identity.Kind.SERVICE_ACCOUNT, "payments/x")).equals(List.of(tenant)));
    }

    private static TenantConfig tenant(String name, Criterion criterion) {
        return new TenantConfig(
                name,
                new TenantMatch(List.of(criterion)),
                new TenantRules(name, Networks.NONE, Networks.NONE),
                Set.of(),
                Optional.empty(),
                List.of(),
                new TenantLimits(Optional.empty(), OptionalInt.empty(), OptionalLong.empty(), Optional.empty()));
    }

    private static Caller who(Identity.Kind kind, String name) {
        return CALLER.attributedTo(Attribution.of(new Identity(kind, name)));
    }

    private static Caller with(String uri) {
        ClientCertificate certificate = new ClientCertificate(
                "CN=x",
                new ClientCertificate.Names(List.of("x"), List.of(), List.of(uri)),
                new X500Principal("CN=issuer"),
                BigInteger.ONE,
                Instant.MAX);
        return CALLER.by(TlsClient.asked(Optional.of(certificate)));
    }
}
