package io.countersign.gateway.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.ClientCertificate;
import io.countersign.proxy.caller.TlsClient;
import io.countersign.proxy.net.IpAddress;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;

class CountedCallerTest {
    private static Caller with(String subject, String dns, long serial) {
        return Exchanges.from("10.0.0.1")
                .by(TlsClient.asked(Optional.of(new ClientCertificate(
                        subject,
                        new ClientCertificate.Names(List.of(), List.of(dns), List.of()),
                        new X500Principal("CN=issuer"),
                        BigInteger.valueOf(serial),
                        Instant.MAX))));
    }

    @Test
    void aRenewedCertificateIsTheSameCallerAndOneForAnotherNameIsNot() {
        CountedCaller one = CountedCaller.of(with("", "a.internal", 1));
        assertEquals(one, CountedCaller.of(with("", "a.internal", 2)));
        assertNotEquals(one, CountedCaller.of(with("", "b.internal", 1)));
        assertEquals("certificate", one.kind());
        assertEquals("DNS:a.internal", one.name());
        assertEquals("CN=a", CountedCaller.of(with("CN=a", "a.internal", 1)).name());
    }

    @Test
    void theCertificateOfAProxyIsNotItsCallers() {
        CountedCaller behind = CountedCaller.of(with("CN=proxy", "proxy", 1).forwarded(IpAddress.parse("10.0.0.7")));
        assertEquals("address", behind.kind());
        assertEquals("10.0.0.7", behind.name());
    }
}
