package io.countersign.proxy.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.net.Destination.Within;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which addresses a host may lead to, by how it is written and whether it is reached by TLS. */
class DestinationTest {
    @ParameterizedTest
    @CsvSource({
        // host, tls, address, permitted
        "localhost, false, 127.0.0.1, true",
        "localhost, false, ::1, true",
        "localhost, false, 10.0.0.5, false",
        "localhost, true, 127.0.0.1, true",
        "localhost, true, 10.0.0.5, false",
        "LOCALHOST, true, 10.0.0.5, false",
        "api.localhost, false, 127.0.0.1, true",
        "api.localhost, false, 10.0.0.5, false",
        "api.localhost, true, 127.0.0.1, true",
        "api.localhost, true, 10.0.0.5, false",
        "notlocalhost, true, 10.0.0.5, true",
        "notlocalhost, true, 127.0.0.1, false",
        "api.example, true, 10.0.0.5, true",
        "api.example, true, 127.0.0.1, false",
        "api.example, true, 169.254.169.254, false",
        "api.example, true, 64:ff9b:1::a9fe:a9fe, false",
        "api.example, true, ::7f00:1, false",
        "api.example, false, 10.0.0.5, false",
        "api.example, false, 127.0.0.1, true",
        "127.0.0.1, true, 127.0.0.1, true",
        "127.0.0.1, false, 127.0.0.1, true",
        "10.0.0.5, true, 10.0.0.5, true",
        "10.0.0.5, false, 10.0.0.5, false",
        "::1, false, ::1, true",
        "169.254.169.254, true, 169.254.169.254, false"
    })
    void permits(String host, boolean tls, String address, boolean permitted) throws Exception {
        assertEquals(
                permitted,
                new Destination(host, tls ? Within.ANYWHERE : Within.LOOPBACK).permits(InetAddress.getByName(address)));
    }

    @ParameterizedTest
    @CsvSource({
        // host, address, permitted
        "api.internal, 10.0.0.5, true",
        "api.internal, 172.16.0.1, true",
        "api.internal, 172.31.255.255, true",
        "api.internal, 172.15.255.255, false",
        "api.internal, 172.32.0.0, false",
        "api.internal, 192.168.1.1, true",
        "api.internal, 192.167.1.1, false",
        "api.internal, 100.64.0.1, true",
        "api.internal, 100.127.255.255, true",
        "api.internal, 100.63.255.255, false",
        "api.internal, 100.128.0.0, false",
        "api.internal, fd12::1, true",
        "api.internal, fc00::1, true",
        "api.internal, fe00::1, false",
        "api.internal, 2001:db8::1, false",
        "api.internal, fd00:ec2::254, false",
        "api.internal, 203.0.113.9, false",
        "api.internal, 127.0.0.1, false",
        "api.internal, 169.254.169.254, false",
        "10.0.0.5, 10.0.0.5, true",
        "203.0.113.9, 203.0.113.9, false",
        "127.0.0.1, 127.0.0.1, true",
        "api.localhost, 10.0.0.5, false",
        "localhost, 127.0.0.1, true"
    })
    void withoutTlsOnlyPrivateAddressesAsTheOperatorSays(String host, String address, boolean permitted)
            throws Exception {
        Destination destination = new Destination(host, Within.PRIVATE);
        assertEquals(permitted, destination.permits(InetAddress.getByName(address)));
    }

    @Test
    void tellsLiteralsFromNames() {
        assertTrue(Destination.isLiteral("10.0.0.1"));
        assertTrue(Destination.isLiteral("2001:db8::1"));
        assertFalse(Destination.isLiteral("a10.example"));
        assertFalse(Destination.isLocalName("localhost.example"));
        assertFalse(Destination.isLocalName("host"));
    }
}
