package io.countersign.gateway.testing;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/** An authority made for one test: certificates for servers, and what trusts them. */
public final class TestAuthority {
    private final X509Bundle authority;

    public TestAuthority() {
        try {
            authority = new CertificateBuilder()
                    .ecp256()
                    .subject("CN=authority of the test")
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new AssertionError("no test authority", e);
        }
    }

    /** A server of that name, or at 127.0.0.1. */
    public SSLContext server(String name) {
        try {
            X509Bundle own = new CertificateBuilder()
                    .ecp256()
                    .subject("CN=server")
                    .addSanDnsName(name)
                    .addSanIpAddress("127.0.0.1")
                    .addExtendedKeyUsageServerAuth()
                    .buildIssuedBy(authority);
            return context(own.toKeyManagerFactory().getKeyManagers());
        } catch (Exception e) {
            throw new AssertionError("no test certificate", e);
        }
    }

    /** Makes TLS with whom this authority knows. */
    public SSLSocketFactory trusting() {
        try {
            return context(null).getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("no TLS for the test's client", e);
        }
    }

    private SSLContext context(KeyManager[] keys) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, authority.toTrustManagerFactory().getTrustManagers(), null);
        return context;
    }

    /** Its certificate in PEM. */
    public Path writeTo(Path file) throws IOException {
        return Files.writeString(file, authority.getCertificatePEM());
    }
}
