package io.countersign.cli.send;

import io.countersign.cli.sign.InputFault;
import io.countersign.proxy.net.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Which authorities are trusted: the JDK's, or only those of a file. */
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
                    "--cacert " + file + " is not a PEM file of certificates; it must contain BEGIN CERTIFICATE");
        } catch (IOException | GeneralSecurityException e) {
            throw new InputFault("--cacert " + file + " can't be used: " + e.getMessage());
        }
    }

    private static List<Certificate> certificates(Path file) throws IOException, CertificateException, InputFault {
        List<Certificate> found = Pem.certificates(Files.readAllBytes(file));
        if (found.isEmpty()) {
            throw new InputFault("--cacert " + file + " has no certificate in it");
        }
        return found;
    }

    private static SSLContext trusting(List<Certificate> authorities) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, Pem.trusting(authorities).getTrustManagers(), null);
        return context;
    }

    SSLContext context() throws NoSuchAlgorithmException {
        return own.isPresent() ? own.get() : SSLContext.getDefault();
    }
}
