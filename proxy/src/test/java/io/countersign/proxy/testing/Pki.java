package io.countersign.proxy.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** An authority made for a test, with the certificates, files and revocation lists that it issues. */
public final class Pki {
    private final X509Bundle authority;

    /** What a certificate is to have in it. */
    @FunctionalInterface
    public interface Content {
        CertificateBuilder on(CertificateBuilder builder) throws Exception;
    }

    public Pki(String name) {
        try {
            authority = new CertificateBuilder()
                    .ecp256()
                    .subject("CN=" + name)
                    .setIsCertificateAuthority(true)
                    .setKeyUsage(
                            true,
                            CertificateBuilder.KeyUsage.digitalSignature,
                            CertificateBuilder.KeyUsage.keyCertSign,
                            CertificateBuilder.KeyUsage.cRLSign)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new AssertionError("no test authority", e);
        }
    }

    public X509Bundle authority() {
        return authority;
    }

    /** For localhost and 127.0.0.1. */
    public X509Bundle server() {
        return issue(builder -> builder.subject("CN=localhost")
                .addSanDnsName("localhost")
                .addSanIpAddress("127.0.0.1")
                .addExtendedKeyUsageServerAuth());
    }

    public X509Bundle client(String subject) {
        return client(builder -> builder.subject(subject));
    }

    public X509Bundle client(Content more) {
        return issue(builder -> more.on(builder.addExtendedKeyUsageClientAuth()));
    }

    public X509Bundle issue(Content more) {
        try {
            return more.on(new CertificateBuilder().ecp256()).buildIssuedBy(authority);
        } catch (Exception e) {
            throw new AssertionError("no test certificate", e);
        }
    }

    /** Writes {@code server.pem} and {@code server.key}, which only their owner reads. */
    public static X509Bundle writeServer(Path folder, X509Bundle server) {
        write(folder.resolve("server.pem"), server.getCertificatePathPEM());
        write(folder.resolve("server.key"), server.getPrivateKeyPEM());
        return server;
    }

    public static Path write(Path file, String text) {
        try {
            Files.writeString(file, text, US_ASCII);
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A client that trusts this authority. */
    public SSLContext trusting() {
        return context(null);
    }

    /** The same, with a certificate of its own. */
    public SSLContext with(X509Bundle own) {
        try {
            return context(own.toKeyManagerFactory().getKeyManagers());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private SSLContext context(KeyManager[] keys) {
        try {
            TrustManagerFactory trust = authority.toTrustManagerFactory();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("no TLS for the test's client", e);
        }
    }

    /** A connection whose handshake is still to come. */
    public static SSLSocket socket(SSLContext context, String from, InetSocketAddress to) {
        try {
            Socket plain = new Socket();
            plain.bind(new InetSocketAddress(from, 0));
            plain.connect(to, 10_000);
            plain.setSoTimeout(20_000);
            return (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", to.getPort(), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static RawClient connect(SSLContext context, InetSocketAddress to) {
        return connect(context, to, socket -> {});
    }

    public static RawClient connect(SSLContext context, InetSocketAddress to, Consumer<SSLSocket> before) {
        SSLSocket socket = socket(context, "127.0.0.1", to);
        before.accept(socket);
        return RawClient.over(socket);
    }

    /** A revocation list of this authority in PEM (RFC 5280 section 5.1). */
    public String crl(Duration until, X509Bundle... revoked) {
        return crl(
                until,
                List.of(revoked).stream()
                        .map(each -> each.getCertificate().getSerialNumber())
                        .toList());
    }

    private String crl(Duration until, List<BigInteger> serials) {
        X509Certificate issuer = authority.getCertificate();
        byte[] ecdsaWithSha256 =
                der(0x30, new byte[] {0x06, 0x08, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2});
        byte[] entries = new byte[0];
        for (BigInteger serial : serials) {
            entries = join(entries, der(0x30, join(der(0x02, serial.toByteArray()), time(Duration.ofDays(-1)))));
        }
        byte[] body = join(
                der(0x02, new byte[] {1}),
                ecdsaWithSha256,
                issuer.getSubjectX500Principal().getEncoded(),
                time(Duration.ofDays(-1)),
                time(until),
                serials.isEmpty() ? new byte[0] : der(0x30, entries));
        byte[] signed = der(0x30, body);
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(authority.getKeyPair().getPrivate());
            signature.update(signed);
            byte[] list = der(0x30, join(signed, ecdsaWithSha256, der(0x03, join(new byte[] {0}, signature.sign()))));
            return "-----BEGIN X509 CRL-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(list) + "\n-----END X509 CRL-----\n";
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] time(Duration fromNow) {
        String text = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'")
                .withZone(ZoneOffset.UTC)
                .format(Instant.now().plus(fromNow));
        return der(0x18, text.getBytes(US_ASCII));
    }

    private static byte[] der(int tag, byte[] content) {
        int length = content.length;
        byte[] head = {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
        if (length < 0x80) {
            head = new byte[] {(byte) tag, (byte) length};
        } else if (length < 0x100) {
            head = new byte[] {(byte) tag, (byte) 0x81, (byte) length};
        }
        return join(head, content);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
