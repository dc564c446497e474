package io.countersign.standin.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.List;

/**
 * A certificate authority that nobody else trusts, good for a test or a demo.
 *
 * <p>Kept in a folder ({@code ca.pem}, {@code ca-key.pem}), so that whoever trusted it trusts it after a restart too.
 */
public final class Authority {
    private static final Duration VALID = Duration.ofDays(365);
    /** The stand-in's clock may be moved about: certificates hold from well before now. */
    private static final Duration BACKDATED = Duration.ofDays(2);

    private final X509Bundle bundle;

    private Authority(X509Bundle bundle) {
        this.bundle = bundle;
    }

    public static Authority create(Instant now) throws GeneralSecurityException {
        try {
            return new Authority(new CertificateBuilder()
                    .ecp256()
                    .subject("CN=Countersign stand-in CA,O=Countersign")
                    .setIsCertificateAuthority(true)
                    .setKeyUsage(
                            true,
                            CertificateBuilder.KeyUsage.keyCertSign,
                            CertificateBuilder.KeyUsage.cRLSign,
                            CertificateBuilder.KeyUsage.digitalSignature)
                    .notBefore(now.minus(BACKDATED))
                    .notAfter(now.plus(VALID))
                    .buildSelfSigned());
        } catch (Exception e) {
            throw new GeneralSecurityException("no certificate authority could be made", e);
        }
    }

    /** The authority kept in {@code folder}; made, and put there, on the first start. */
    public static Authority keptIn(Path folder, Instant now) throws IOException, GeneralSecurityException {
        Path certificate = folder.resolve("ca.pem");
        Path key = folder.resolve("ca-key.pem");
        if (Files.exists(certificate) && Files.exists(key)) {
            return load(certificate, key);
        }
        Authority made = create(now);
        if (!Files.isDirectory(folder)) {
            demandFolderOf(folder.toAbsolutePath());
            Files.createDirectory(folder);
        }
        // The certificate comes last and by a rename: a kill in between leaves nothing that a restart would take.
        Files.deleteIfExists(key);
        Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, made.bundle.getPrivateKeyPEM(), StandardOpenOption.TRUNCATE_EXISTING);
        made.writeCertificate(certificate);
        return made;
    }

    /** Not made here: after a slip in a path nobody would find what is in it. */
    private static void demandFolderOf(Path file) throws IOException {
        if (!Files.isDirectory(file.getParent())) {
            throw new NoSuchFileException(file.toString(), null, "there is no folder " + file.getParent());
        }
    }

    private static Authority load(Path certificate, Path key) throws IOException, GeneralSecurityException {
        X509Certificate root;
        try (InputStream in = Files.newInputStream(certificate)) {
            root = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
        String base64 = Files.readString(key).replaceAll("-----[A-Z ]+-----", "");
        PrivateKey secret = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
        return new Authority(X509Bundle.fromRootCertificateAuthority(root, new KeyPair(root.getPublicKey(), secret)));
    }

    /** A leaf for these names, which may be DNS names or literal addresses, with its key. */
    Leaf issue(Collection<String> names, Instant now) throws GeneralSecurityException {
        try {
            CertificateBuilder builder = new CertificateBuilder()
                    .ecp256()
                    .subject("CN=Countersign stand-in")
                    .addExtendedKeyUsageServerAuth()
                    .setKeyUsage(true, CertificateBuilder.KeyUsage.digitalSignature)
                    .notBefore(now.minus(BACKDATED))
                    .notAfter(now.plus(VALID));
            for (String name : names) {
                if (name.indexOf(':') >= 0 || name.matches("[0-9.]+")) {
                    builder.addSanIpAddress(name);
                } else {
                    builder.addSanDnsName(name);
                }
            }
            X509Bundle leaf = builder.buildIssuedBy(bundle);
            return new Leaf(leaf.getKeyPair().getPrivate(), leaf.getCertificatePathList());
        } catch (Exception e) {
            throw new GeneralSecurityException("no certificate could be issued for " + names, e);
        }
    }

    /** A private key with the chain that vouches for it. */
    record Leaf(PrivateKey key, List<X509Certificate> chain) {}

    public String pem() {
        return bundle.getRootCertificatePEM();
    }

    public X509Certificate certificate() {
        return bundle.getCertificate();
    }

    /** Writes the certificate by a rename, so that nobody ever reads half of it. */
    public void writeCertificate(Path file) throws IOException {
        Path whole = file.toAbsolutePath();
        demandFolderOf(whole);
        Path half = whole.resolveSibling(whole.getFileName() + ".part");
        Files.writeString(half, pem());
        Files.move(half, whole, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
