package io.countersign.proxy.caller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.Pki;
import java.security.cert.CertificateParsingException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Read from real certificates. */
class ClientCertificateTest {
    private final Pki pki = new Pki("authority");

    private ClientCertificate read(Pki.Content names) throws CertificateParsingException {
        return ClientCertificate.of(pki.client(names).getCertificate());
    }

    @Test
    void hasItsNames() throws Exception {
        ClientCertificate certificate = read(builder -> builder.subject("CN=agent-1,OU=agents,O=Example")
                .addSanDnsName("A.agents.internal")
                .addSanUriName("spiffe://prod/agents/a"));

        assertEquals(List.of("agent-1"), certificate.names().common());
        assertEquals(List.of("a.agents.internal"), certificate.names().dns());
        assertEquals(Optional.of("spiffe://prod/agents/a"), certificate.spiffeId());
        assertEquals("spiffe://prod/agents/a", certificate.toString());
        assertEquals(pki.authority().getCertificate().getSubjectX500Principal(), certificate.issuer());
    }

    @Test
    void hasNoSpiffeIdBesideAnotherUri() throws Exception {
        ClientCertificate certificate = read(builder -> builder.subject("CN=agent-1")
                .addSanUriName("spiffe://prod/agents/a")
                .addSanUriName("https://example.com"));

        assertEquals(Optional.empty(), certificate.spiffeId());
        assertEquals(2, certificate.names().uris().size());
        assertEquals("CN=agent-1", certificate.toString());
    }

    /** Values that look like further names, or like nothing at all, in the text of a subject. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "agent-1\\,CN=admin",
                "agent-1\\+CN=admin",
                "\\ agent",
                "agent\\\\",
                "\\\"agent\\\"",
                "\\#agent",
                "Jürgen",
                "agent;x"
            })
    void readsACommonNameAsItIs(String escaped) throws Exception {
        String text = escaped.equals("agent;x") ? "agent\\;x" : escaped;
        ClientCertificate certificate = read(builder -> builder.subject("CN=" + text + ",O=Example"));
        String plain = text.replaceAll("\\\\(.)", "$1");
        assertEquals(List.of(plain), certificate.names().common());
    }

    @Test
    void findsEachOfSeveralCommonNames() throws Exception {
        assertEquals(
                List.of("b", "a"),
                read(builder -> builder.subject("CN=a,CN=b")).names().common());
        assertEquals(
                2,
                read(builder -> builder.subject("CN=a+CN=b,O=x"))
                        .names()
                        .common()
                        .size());
        assertEquals(
                List.of(), read(builder -> builder.subject("O=CN\\=a")).names().common());
    }

    @Test
    void showsNoMoreThanALineTakes() throws Exception {
        ClientCertificate certificate = read(builder -> builder.subject("CN=" + "x".repeat(2000)));
        assertTrue(certificate.toString().length() < 300);
    }
}
