package io.countersign.proxy.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostsTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.5, true",
        "203.0.113.9, true",
        "[2001:db8::1], true",
        "sigv4-proxy, true",
        "sigv4-proxy.monitoring.svc, true",
        "sigv4-proxy.monitoring.svc.cluster.local, true",
        "ip-10-0-0-5.ec2.internal, true",
        "a.localhost, true",
        "evil.example, false",
        "svc.example, false",
        "10.0.0.5.evil.example, false",
        "10.0.0.5.nip.io, false",
        "local.evil.com, false",
        "evillocal.com, false"
    })
    void publicDnsHasPrivateNamesForNobody(String host, boolean isPrivate) {
        assertEquals(isPrivate, Hosts.isPrivateName(host));
    }
}
