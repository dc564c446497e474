package io.countersign.proxy.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countersign.proxy.net.Fingerprint;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import javax.net.ssl.SSLContext;

/** An authority made for one test, and the server certificate for 127.0.0.1, localhost and perhaps other names that it issued. */
public final class TestCertificates {
    private final X509Bundle authority;
    private final X509Bundle server;

    /** @param names further ones that it is for */
    public TestCertificates(String... names) {
        try {
            authority = new CertificateBuilder()
                    .ecp256()
                    .subject("CN=test authority")
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
            CertificateBuilder builder = new CertificateBuilder()
                    .ecp256()
                    .subject("CN=localhost")
                    .addSanDnsName("localhost")
                    .addSanIpAddress("127.0.0.1")
                    .addExtendedKeyUsageServerAuth();
            for (String name : names) {
                builder = builder.addSanDnsName(name);
            }
            server = builder.buildIssuedBy(authority);
        } catch (Exception e) {
            throw new AssertionError("no test certificate", e);
        }
    }

    public SSLContext serverContext() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(server.toKeyManagerFactory().getKeyManagers(), null, null);
            return context;
        } catch (Exception e) {
            throw new AssertionError("no TLS for the test's server", e);
        }
    }

    /** SHA-256 of the server's certificate. */
    public String fingerprint() {
        try {
            return Fingerprint.of(server.getCertificate());
        } catch (CertificateEncodingException e) {
            throw new AssertionError("a certificate that was just made", e);
        }
    }

    /** The authority's certificate in a file of its own; the caller deletes it. */
    public Path authorityFile() {
        try {
            Path file = Files.createTempFile("test-authority", ".pem");
            return Files.writeString(file, authority.getCertificatePEM(), US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
