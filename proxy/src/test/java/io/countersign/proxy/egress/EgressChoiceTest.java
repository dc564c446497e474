package io.countersign.proxy.egress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.Hosts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which hosts are reached through the environment's proxy. */
class EgressChoiceTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | api.example:443 | true",
                "* | api.example:443 | false",
                "*:8443 | api.example:443 | true",
                "*:443 | api.example:443 | false",
                // A name, and what is below it, but nothing that only ends alike.
                "api.example | api.example:443 | false",
                "API.Example | api.example:443 | false",
                "example | api.example:443 | false",
                ".example | api.example:443 | false",
                "*.example | api.example:443 | false",
                ".api.example | api.example:443 | false",
                "xample | api.example:443 | true",
                "api.example | myapi.example:443 | true",
                "api.example | api.example.evil:443 | true",
                "api.example:443 | api.example:443 | false",
                "api.example:444 | api.example:443 | true",
                "'a.test, b.test  c.test,api.example' | api.example:443 | false",
                // Addresses and ranges are for literals.
                "10.0.0.0/8 | 10.1.2.3:443 | false",
                "10.9.9.9/8 | 10.1.2.3:443 | false",
                "10.0.0.0/8 | 11.1.2.3:443 | true",
                "10.0.0.0/8 | api.example:443 | true",
                "10.1.2.3 | 10.1.2.3:443 | false",
                "10.1.2.3 | 10.1.2.30:443 | true",
                "10.1.2.3:8443 | 10.1.2.3:443 | true",
                "2.3 | 10.1.2.3:443 | true",
                "fd00::/8 | [fd12::1]:443 | false",
                "fd00::/8 | [fe00::1]:443 | true",
                "fd12::1 | [fd12::1]:443 | false",
                "[fd12::1] | [fd12::1]:443 | false",
                "[fd12::1]:443 | [fd12::1]:443 | false",
                "[fd12::1]:444 | [fd12::1]:443 | true",
                "::ffff:10.0.0.0/104 | 10.1.2.3:443 | false",
                "0.0.0.0/0 | 10.1.2.3:443 | false",
                // Never, whatever is written.
                "'' | localhost:443 | false",
                "'' | api.localhost:443 | false",
                "'' | 127.0.0.1:443 | false",
                "'' | 127.9.9.9:443 | false",
                "'' | [::1]:443 | false",
                "'' | 169.254.169.254:443 | false",
                "'' | 169.254.170.2:443 | false",
                "'' | 169.254.170.23:443 | false",
                "'' | [fd00:ec2::254]:443 | false",
                "'' | [fd00:ec2::23]:443 | false",
                "'' | [fe80::1]:443 | false",
                "'' | [::ffff:169.254.169.254]:443 | false"
            })
    void noProxyExempts(String noProxy, String host, boolean proxied) {
        Egress egress = of(Map.of("HTTPS_PROXY", "http://proxy.example:3128", "NO_PROXY", noProxy));
        assertEquals(proxied, egress.to(Hosts.hostPort(host, 1, -1)).isPresent());
    }

    @Test
    void lowerCaseComesFirst() {
        Egress egress = of(Map.of(
                "HTTPS_PROXY", "http://upper:1", "https_proxy", "http://lower:1", "NO_PROXY", "*", "no_proxy", "x"));
        assertEquals(Optional.of("http://lower:1 (https_proxy)"), named(egress));
    }

    @Test
    void aVariableWithoutSchemeIsHttp() {
        assertEquals(
                Optional.of("http://proxy.example:3128 (HTTPS_PROXY)"),
                named(of(Map.of("HTTPS_PROXY", "user:pw@proxy.example:3128"))));
    }

    @Test
    void noOtherVariableCounts() {
        assertEquals(
                Egress.DIRECT,
                of(Map.of(
                        "HTTP_PROXY",
                        "http://p:1",
                        "http_proxy",
                        "http://p:1",
                        "ALL_PROXY",
                        "http://p:1",
                        "all_proxy",
                        "http://p:1",
                        "HTTPS_PROXY",
                        " ",
                        "NO_PROXY",
                        "*")));
    }

    @Test
    void aVariableThatCannotBeUsedIsNamed() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> of(Map.of("https_proxy", "socks5://user:passw0rd@h")));
        assertTrue(e.getMessage().startsWith("https_proxy is not an http or https URL"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.*", "10.0.0.0/33", "a_b!", "host:0", "host:x", "[fd00::1", "fe80::1%eth0", "1.2.3"})
    void entriesWithoutEffectAreKnown(String entry) {
        assertEquals(List.of(entry), NoProxy.parse("a.test," + entry).ignored());
    }

    private static Egress of(Map<String, String> variables) {
        return Egress.of(Environment.of(variables));
    }

    private static Optional<String> named(Egress egress) {
        return egress.to(new HostPort("api.example", 443)).map(EgressProxy::toString);
    }
}
