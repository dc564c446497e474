package io.countersign.gateway.approval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.gateway.approval.CallerKey.Kind;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.ClientCertificate;
import io.countersign.proxy.caller.TlsClient;
import io.countersign.proxy.caller.UnixUser;
import io.countersign.proxy.net.IpAddress;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;

class CallerKeyTest {
    private static Caller from(String address) {
        return Caller.ofSocket(IpAddress.parse(address).toInetAddress());
    }

    private static Caller withCertificate(Caller caller, String subject, List<String> uris) {
        return withCertificate(caller, subject, List.of(), uris);
    }

    private static Caller withCertificate(Caller caller, String subject, List<String> dns, List<String> uris) {
        return caller.by(TlsClient.asked(Optional.of(new ClientCertificate(
                subject,
                new ClientCertificate.Names(List.of(), dns, uris),
                new X500Principal("CN=issuer"),
                BigInteger.ONE,
                Instant.EPOCH))));
    }

    private static Optional<CallerKey> key(Kind kind, String name) {
        return Optional.of(new CallerKey(kind, name));
    }

    @Test
    void whoHasShownNothingIsKnownByItsAddress() {
        assertEquals(key(Kind.ADDRESS, "10.0.0.7"), CallerKey.of(from("10.0.0.7")));
        assertEquals(key(Kind.ADDRESS, "10.0.0.7"), CallerKey.of(from("::ffff:10.0.0.7")));
        assertEquals(key(Kind.ADDRESS, "2001:db8:1:2::/64"), CallerKey.of(from("2001:db8:1:2:3::4")));
    }

    @Test
    void aCertificateIsKnownByItsSpiffeIdOrItsSubject() {
        Caller caller = from("10.0.0.7");
        assertEquals(
                key(Kind.CERTIFICATE, "spiffe://prod/agents/a"),
                CallerKey.of(withCertificate(caller, "CN=a", List.of("spiffe://prod/agents/a"))));
        assertEquals(key(Kind.CERTIFICATE, "CN=a"), CallerKey.of(withCertificate(caller, "CN=a", List.of())));
        assertEquals(
                key(Kind.ADDRESS, "10.0.0.7"),
                CallerKey.of(withCertificate(caller, "CN=" + "a".repeat(254), List.of())));
    }

    /** Many issuers leave the subject empty: then all that they issue would be one caller, and be approved together. */
    @Test
    void whoseSubjectIsEmptyIsKnownByItsOnlyDnsNameOrByNoneAtAll() {
        Caller caller = from("10.0.0.7");
        assertEquals(
                key(Kind.CERTIFICATE, "DNS:a.internal"),
                CallerKey.of(withCertificate(caller, "", List.of("a.internal"), List.of())));
        assertEquals(
                key(Kind.ADDRESS, "10.0.0.7"),
                CallerKey.of(withCertificate(caller, "", List.of("a.internal", "b.internal"), List.of())));
        assertEquals(
                key(Kind.ADDRESS, "10.0.0.7"), CallerKey.of(withCertificate(caller, "", List.of(), List.of("urn:a"))));
        assertEquals(
                key(Kind.CERTIFICATE, "CN=a"),
                CallerKey.of(withCertificate(caller, "CN=a", List.of("a.internal"), List.of())));
    }

    @Test
    void theCertificateOfAProxyIsNotTheCallers() {
        Caller proxy = withCertificate(from("10.0.0.1"), "CN=proxy", List.of());
        assertEquals(key(Kind.ADDRESS, "10.0.0.7"), CallerKey.of(proxy.forwarded(IpAddress.parse("10.0.0.7"))));
    }

    @Test
    void whoCallsByAUnixSocketIsKnownByItsUser() {
        Caller caller = Caller.ofUnixSocket(new UnixUser(() -> "agent"));
        assertEquals(key(Kind.USER, "agent"), CallerKey.of(caller));
        assertEquals(key(Kind.ADDRESS, "10.0.0.7"), CallerKey.of(caller.forwarded(IpAddress.parse("10.0.0.7"))));
    }
}
