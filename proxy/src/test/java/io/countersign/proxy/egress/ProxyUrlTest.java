package io.countersign.proxy.egress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.net.HostPort;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyUrlTest {
    private static final HostPort API = new HostPort("api.example", 443);

    @ParameterizedTest
    @CsvSource({
        "http://proxy.example:3128, proxy.example, 3128, false",
        "HTTP://Proxy.Example/, proxy.example, 80, false",
        "https://proxy.example, proxy.example, 443, true",
        "http://10.1.2.3:8080, 10.1.2.3, 8080, false",
        "http://[fd00::1]:8080, fd00::1, 8080, false",
        "http://u:p@127.0.0.1:8080, 127.0.0.1, 8080, false"
    })
    void readsUrls(String url, String host, int port, boolean tls) {
        EgressProxy proxy = EgressProxy.parse(url, "X");
        assertEquals(new HostPort(host, port), proxy.server());
        assertEquals(tls, proxy.tls());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "proxy.example:3128",
                "socks5://proxy.example",
                "http://",
                "http://:3128",
                "http://user:passw0rd@",
                "http://user:pass w0rd@h",
                "http://user:passw0rd<@h:1",
                "http://user:p@ssw0rd@h:1",
                "http://user:p/w0rd@h:1",
                "http://user:w0rd%zz@h:1",
                "http://user:w0rd%FF@h:1",
                "http://user:w0rd%0D%0A@h:1",
                "http://us%3Aer:w0rd@h:1",
                "http://user:w0rd@h:1/path",
                "http://user:w0rd@h:1?query",
                "http://user:passw0rd",
                "http://user:passw0rd:proxy.example:3128",
                "http://passw0rd!:3128",
                "http://user@passw0rd:h:3128",
                "http://user:w0rd@h:0",
                "http://user:w0rd@h:65536",
                "http://user:w0rd@169.254.169.254",
                "http://user:w0rd@0.0.0.0:3128"
            })
    void refusesOthersWithoutTheirPassword(String url) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> EgressProxy.parse(url, "X"));
        assertFalse(e.getMessage().contains("w0rd"), e.getMessage());
    }

    @Test
    void neverPrintsItsLogin() {
        EgressProxy proxy = EgressProxy.parse("https://user:passw0rd@proxy.example:3129", "HTTPS_PROXY");
        assertEquals("https://proxy.example:3129 (HTTPS_PROXY)", proxy.toString());
        assertFalse(proxy.login().toString().contains("passw0rd"), proxy.login().toString());
        assertFalse(
                Egress.by(proxy).toString().contains("passw0rd"),
                Egress.by(proxy).toString());
        TunnelRequest request = new TunnelRequest(proxy, API);
        assertFalse(request.toString().contains("passw0rd"), request.toString());
    }

    @Test
    void theLoginIsSentInUtf8() {
        EgressProxy proxy = EgressProxy.parse("http://us%C3%A9r:a%3Ab%40@h:1", "X");
        // "usér:a:b@"
        assertTrue(new TunnelRequest(proxy, API).text().contains("Proxy-Authorization: Basic dXPDqXI6YTpiQA==\r\n"));
    }

    @Test
    void asksForAnIpv6LiteralInBrackets() {
        EgressProxy proxy = EgressProxy.parse("http://h:1", "X");
        String text = new TunnelRequest(proxy, new HostPort("fd00::1", 8443)).text();
        assertTrue(text.startsWith("CONNECT [fd00::1]:8443 HTTP/1.1\r\nHost: [fd00::1]:8443\r\n"), text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Basic realm=\"x\" | true",
                "Digest a=b, Basic realm=x | true",
                "BASIC | true",
                "NTLM | false",
                "Negotiate | false",
                "Digest realm=\"not basic\" | false"
            })
    void knowsWhetherALoginWouldHelp(String challenge, boolean basic) {
        TunnelRequest request = new TunnelRequest(EgressProxy.parse("http://h:1", "X"), API);
        TunnelRequest.Refusal refusal = request.refusal(407, List.of(challenge));
        assertEquals(TunnelRequest.Kind.LOGIN, refusal.kind());
        assertEquals(basic, refusal.words().contains("demands a user and password"), refusal.words());
    }
}
