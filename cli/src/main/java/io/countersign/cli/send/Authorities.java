package io.countersign.cli.send;

import io.countersign.cli.sign.InputFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whose certificates are trusted: the JDK's authorities, or those of a file alone. */
public final class Authorities {
    private final Optional<SSLContext> own;

    private Authorities(Optional<SSLContext> own) {
        this.own = own;
    }

    public static Authorities ofTheJdk() {
        return new Authorities(Optional.empty());
    }

    /** Reads a PEM file of certificates, before anything is sent. */
    public static Authorities in(Path file) throws InputFault {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new InputFault("--cacert " + file + ": there is no such file that can be read");
        }
        try {
            return new Authorities(Optional.of(trusting(certificates(file))));
        } catch (CertificateException e) {
            throw new InputFault(
                    "--cacert " + file + " is not a PEM file of certificates; BEGIN CERTIFICATE must stand in it");
        } catch (IOException | GeneralSecurityException e) {
            throw new InputFault("--cacert " + file + " can't be used: " + e.getMessage());
        }
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws IOException, CertificateException, InputFault {
        try (InputStream pem = Files.newInputStream(file)) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(pem);
            if (found.isEmpty()) {
                throw new InputFault("--cacert " + file + " has no certificate in it");
            }
            return found;
        }
    }

    private static SSLContext trusting(Collection<? extends Certificate> authorities)
            throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        for (Certificate authority : authorities) {
            trusted.setCertificateEntry("authority-" + trusted.size(), authority);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    SSLContext context() throws NoSuchAlgorithmException {
        return own.isPresent() ? own.get() : SSLContext.getDefault();
    }
}
