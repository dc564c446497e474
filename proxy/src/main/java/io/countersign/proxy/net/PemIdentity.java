package io.countersign.proxy.net;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/** A certificate with its key, as they were read from files. Two are equal when the files' content is. Immutable; never shows its key. */
public final class PemIdentity {
    private final PrivateKey key;
    private final List<X509Certificate> chain;
    private final String digest;

    /**
     * Makes one of what belongs together.
     *
     * @param chain its own certificate first
     * @param digest of the files
     */
    public PemIdentity(PrivateKey key, List<X509Certificate> chain, String digest) {
        this.key = key;
        this.chain = List.copyOf(chain);
        this.digest = digest;
    }

    public PrivateKey key() {
        return key;
    }

    /** Its own certificate first, each followed by the one that issued it. */
    public List<X509Certificate> chain() {
        return chain;
    }

    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** SHA-256 of the files in hex. */
    public String digest() {
        return digest;
    }

    /** For TLS of the JDK. */
    public KeyManager[] keyManagers() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setKeyEntry("identity", key, new char[0], chain.toArray(Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, new char[0]);
            return factory.getKeyManagers();
        } catch (IOException e) {
            throw new GeneralSecurityException("an empty key store could not be made", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PemIdentity identity && identity.digest.equals(digest);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    @Override
    public String toString() {
        return "identity of " + certificate().getSubjectX500Principal();
    }
}
