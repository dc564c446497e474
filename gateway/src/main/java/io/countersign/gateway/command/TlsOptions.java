package io.countersign.gateway.command;

import io.countersign.gateway.command.GatewayCommand.Failure;
import io.countersign.proxy.net.Pem;
import io.countersign.proxy.net.PemKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import picocli.CommandLine.Option;

/** Whom a command trusts at https://, and the certificate that it shows a console which asks for one. */
final class TlsOptions {
    private static final int MAX_FILE = 1 << 20;

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            description = "With https://: trust only the authorities in this PEM file.")
    private Optional<Path> authorities = Optional.empty();

    @Option(
            names = "--cert",
            paramLabel = "FILE",
            description = "With https://: the certificate to show a console that asks for one, in PEM, and its chain.")
    private Optional<Path> certificate = Optional.empty();

    @Option(names = "--key", paramLabel = "FILE", description = "The private key of --cert, in PEM.")
    private Optional<Path> key = Optional.empty();

    /** Checks names: the server's certificate must be for the host of the URL. */
    SslContext context() throws Failure {
        SslContextBuilder context = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .endpointIdentificationAlgorithm("HTTPS");
        try {
            if (authorities.isPresent()) {
                context.trustManager(Pem.trusting(certificates("--cacert", authorities.get())));
            }
            if (certificate.isPresent() != key.isPresent()) {
                throw Failure.wrong(
                        "--cert and --key go together: a certificate, and the private key that belongs to it");
            }
            if (certificate.isPresent()) {
                identify(context, certificate.get(), key.get());
            }
            return context.build();
        } catch (GeneralSecurityException | SSLException e) {
            throw Failure.wrong("these certificates can't be used: " + e.getMessage());
        }
    }

    private static void identify(SslContextBuilder context, Path certificate, Path key) throws Failure {
        List<Certificate> chain = certificates("--cert", certificate);
        PrivateKey read;
        try {
            read = PemKey.read(text("--key", key));
        } catch (GeneralSecurityException e) {
            throw Failure.wrong("--key " + key + " " + e.getMessage());
        }
        if (!PemKey.matches(read, chain.get(0).getPublicKey())) {
            throw Failure.wrong("--key " + key + " is not the key of the first certificate in " + certificate);
        }
        context.keyManager(read, chain.toArray(X509Certificate[]::new));
    }

    private static List<Certificate> certificates(String option, Path file) throws Failure {
        String why = "holds no certificate; it must contain BEGIN CERTIFICATE";
        try {
            List<Certificate> found = Pem.certificates(text(option, file).getBytes(StandardCharsets.ISO_8859_1));
            if (!found.isEmpty()) {
                return found;
            }
        } catch (GeneralSecurityException e) {
            why = "is not a PEM file of certificates";
        }
        throw Failure.wrong(option + " " + file + " " + why);
    }

    private static String text(String option, Path file) throws Failure {
        try {
            if (Files.size(file) > MAX_FILE) {
                throw Failure.wrong(option + " " + file + " has more in it than certificates");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw Failure.wrong(option + ": there is no file " + file);
        } catch (IOException e) {
            throw Failure.wrong(
                    option + " " + file + " can't be read: " + e.getClass().getSimpleName());
        }
    }
}
