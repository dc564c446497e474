package io.countersign.cli.check;

import io.countersign.proxy.net.Pem;
import io.countersign.proxy.upstream.PinnedTrust;
import io.countersign.proxy.upstream.Transport;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts as a route does, the JDK's authorities and those of its {@code tls.ca}, or what {@code tls.pin} and {@code tls.verify} say, and
 * remembers the certificate that it saw: when it is refused, what was in it is what a person needs to know.
 */
final class Trust extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager judge;
    private volatile X509Certificate seen;

    Trust(Transport transport) throws IOException, GeneralSecurityException {
        if (!transport.isVerified()) {
            judge = Pem.manager(InsecureTrustManagerFactory.INSTANCE);
        } else if (!transport.pins().isEmpty()) {
            judge = new PinnedTrust(transport.pins());
        } else {
            judge = byAuthorities(transport.ca());
        }
    }

    /** As a route trusts the proxy on its way: pins and {@code verify} are of the upstream alone. */
    static X509ExtendedTrustManager ofProxy(Transport transport) throws IOException, GeneralSecurityException {
        return byAuthorities(transport.ca());
    }

    private static X509ExtendedTrustManager byAuthorities(Optional<Path> authorities)
            throws IOException, GeneralSecurityException {
        return authorities.isEmpty()
                ? Pem.jdkTrust()
                : Pem.manager(Pem.trustingJdkAnd(Files.readAllBytes(authorities.get())));
    }

    /** The server's own certificate; empty while none was shown. */
    Optional<X509Certificate> seen() {
        return Optional.ofNullable(seen);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        seen = chain[0];
        judge.checkServerTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        seen = chain[0];
        judge.checkServerTrusted(chain, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        seen = chain[0];
        judge.checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        judge.checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        judge.checkClientTrusted(chain, authType, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        judge.checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return judge.getAcceptedIssuers();
    }
}
