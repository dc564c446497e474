package io.countersign.proxy.listen.tls;

import io.countersign.proxy.net.Pem;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Which clients' certificates are good: the JDK verifies their path and purpose, and revocation lists have the last word. */
final class ClientTrust extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager paths;
    private final Revocations revocations;

    ClientTrust(List<X509Certificate> authorities, Revocations revocations) throws GeneralSecurityException {
        this.paths = Pem.manager(Pem.trusting(authorities));
        this.revocations = revocations;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        paths.checkClientTrusted(chain, type, engine);
        unlessRevoked(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        paths.checkClientTrusted(chain, type, socket);
        unlessRevoked(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        paths.checkClientTrusted(chain, type);
        unlessRevoked(chain);
    }

    private void unlessRevoked(X509Certificate[] chain) throws CertificateException {
        Optional<TlsFailure> refusal = revocations.refusal(chain[0]);
        if (refusal.isPresent()) {
            throw new CertificateRefusal(refusal.get(), chain[0]);
        }
        for (X509Certificate each : chain) {
            if (revocations.isRevoked(each)) {
                throw new CertificateRefusal(TlsFailure.REVOKED, each);
            }
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw neverAClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw neverAClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw neverAClient();
    }

    private static CertificateException neverAClient() {
        return new CertificateException("a listener judges clients alone");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return paths.getAcceptedIssuers();
    }
}
