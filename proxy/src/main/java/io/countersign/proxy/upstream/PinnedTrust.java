package io.countersign.proxy.upstream;

import io.countersign.proxy.net.Fingerprint;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts servers that show one of the pinned certificates. That they hold its key is proved by the handshake; who issued it, for which
 * names and until when does not count. With an extended trust manager, Java checks no name of its own accord.
 */
public final class PinnedTrust extends X509ExtendedTrustManager {
    private final Set<String> pins;

    /** @param pins SHA-256 of certificates in DER, as 64 lower-case hex digits */
    public PinnedTrust(Set<String> pins) {
        this.pins = Set.copyOf(pins);
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        String shown = Fingerprint.of(chain[0]);
        if (!pins.contains(shown)) {
            throw new CertificateException("its SHA-256 is " + shown + ", which is not in tls.pin");
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw noClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw noClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw noClients();
    }

    private static CertificateException noClients() {
        return new CertificateException("pins are of servers");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
