package io.countersign.proxy.net;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Certificates in PEM, and what trusts them. */
public final class Pem {
    private Pem() {}

    /**
     * The certificates of a PEM text; none when it is empty.
     *
     * @throws CertificateException when it holds something else
     */
    public static List<Certificate> certificates(byte[] pem) throws CertificateException {
        Collection<? extends Certificate> found =
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
        return List.copyOf(found);
    }

    /** Trusts the JDK's own authorities. */
    public static X509ExtendedTrustManager jdkTrust() throws GeneralSecurityException {
        return manager(factory(null));
    }

    /** Trusts these authorities alone. */
    public static TrustManagerFactory trusting(Collection<? extends Certificate> authorities)
            throws GeneralSecurityException {
        KeyStore store = emptyStore();
        int n = 0;
        for (Certificate authority : authorities) {
            store.setCertificateEntry("authority-" + n++, authority);
        }
        return factory(store);
    }

    /** Trusts the JDK's own authorities and those of a PEM text. */
    public static TrustManagerFactory trustingJdkAnd(byte[] pem) throws GeneralSecurityException {
        List<Certificate> all = new ArrayList<>(List.of(jdkTrust().getAcceptedIssuers()));
        all.addAll(certificates(pem));
        return trusting(all);
    }

    /** The one that checks X.509 certificates. */
    public static X509ExtendedTrustManager manager(TrustManagerFactory factory) throws GeneralSecurityException {
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new GeneralSecurityException("this JDK checks no X.509 certificates");
    }

    /** @param store null for the JDK's own */
    private static TrustManagerFactory factory(KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            return store;
        } catch (IOException e) {
            throw new GeneralSecurityException("an empty key store could not be made", e);
        }
    }
}
