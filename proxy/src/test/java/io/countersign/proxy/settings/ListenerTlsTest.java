package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.listen.tls.ClientAuth;
import io.countersign.proxy.listen.tls.ServerTls;
import io.countersign.proxy.testing.Pki;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with the files of a TLS listener is found when they are read, with the file's name. */
class ListenerTlsTest {
    private final Pki pki = new Pki("test authority");

    @TempDir
    private Path folder;

    @BeforeEach
    void write() {
        Pki.writeServer(folder, pki.server());
        file("ca.pem", pki.authority().getCertificatePEM());
    }

    private void file(String name, String text) {
        Pki.write(folder.resolve(name), text);
    }

    private LoadResult load(String tls) {
        String listeners = "listeners = [ { bind = \"127.0.0.1:0\", tls { " + tls + " } } ]";
        return HoconSource.text(Load.with(listeners), folder, Map.of()).strict().load();
    }

    private static final String SERVER = "certificate = \"server.pem\", key = \"server.key\"";

    private LoadResult.Loaded loaded(String tls) {
        LoadResult result = load(tls);
        return assertInstanceOf(LoadResult.Loaded.class, result, result::toString);
    }

    private String faults(String tls) {
        LoadResult result = load(tls);
        return assertInstanceOf(LoadResult.Faulty.class, result, result::toString).faults().stream()
                .map(ConfigFault::toString)
                .collect(Collectors.joining("\n"));
    }

    private void faulty(String tls, String... parts) {
        String faults = faults(tls);
        for (String part : parts) {
            assertTrue(faults.contains(part), faults);
        }
        assertTrue(faults.contains("listeners[0].tls"), faults);
    }

    private List<String> warnings(String tls) {
        return loaded(tls).warnings().stream().map(ConfigFault::toString).toList();
    }

    @Test
    void watchesEachOfItsFiles() {
        file("revoked.pem", pki.crl(Duration.ofDays(1)));
        LoadResult.Loaded loaded =
                loaded(SERVER + ", client-ca = \"ca.pem\", client-auth = required, crl = \"revoked.pem\"");
        for (String name : List.of("server.pem", "server.key", "ca.pem", "revoked.pem")) {
            assertTrue(
                    loaded.files()
                            .contains(folder.resolve(name).toAbsolutePath().normalize()),
                    name);
        }
        assertEquals(List.of(), loaded.warnings());
    }

    @Test
    void needsACertificateAndItsKey() {
        faulty("", "tls.certificate): is missing", "tls.key): is missing");
        faulty("certificate = \"server.pem\"", "tls.key): is missing");
        faulty("certificate = \"none.pem\", key = \"server.key\"", "there is no file", "none.pem");
        faulty("certificate = \"server.key\", key = \"server.key\"", "server.key");
        faulty(
                "certificate = \"server.pem\", key = \"server.pem\"",
                "server.pem holds a CERTIFICATE and no whole private key");
        file("empty.pem", "");
        faulty("certificate = \"empty.pem\", key = \"server.key\"", "empty.pem holds no certificate");
        faulty("certificate = \"server.pem\", key = \"empty.pem\"", "empty.pem is not a private key in PEM");
    }

    @Test
    void refusesAKeyOfAnotherCertificate() throws Exception {
        file("other.key", pki.server().getPrivateKeyPEM());
        faulty("certificate = \"server.pem\", key = \"other.key\"", "does not belong to", "CN=localhost");
        X509Bundle rsa =
                new CertificateBuilder().rsa2048().subject("CN=localhost").buildIssuedBy(pki.authority());
        file("rsa.key", rsa.getPrivateKeyPEM());
        faulty("certificate = \"server.pem\", key = \"rsa.key\"", "does not belong to");
    }

    @Test
    void saysWhatToDoAboutAnEncryptedKey() {
        file("secret.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n");
        faulty(
                "certificate = \"server.pem\", key = \"secret.key\"",
                "secret.key is an encrypted key",
                "openssl pkey -in");
        file(
                "old.key",
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nMIIB\n-----END"
                        + " RSA PRIVATE KEY-----\n");
        faulty("certificate = \"server.pem\", key = \"old.key\"", "old.key is an encrypted key");
    }

    /** The forms of before PKCS#8, which cert-manager and OpenSSL still write. */
    @Test
    void readsKeysOfRsaAndEcInTheirOldForms() throws Exception {
        X509Bundle rsa =
                new CertificateBuilder().rsa2048().subject("CN=localhost").buildIssuedBy(pki.authority());
        file("rsa.pem", rsa.getCertificatePEM());
        file("rsa.key", rsa.getPrivateKeyPEM());
        loaded("certificate = \"rsa.pem\", key = \"rsa.key\"");
        byte[] pkcs8 = rsa.getKeyPair().getPrivate().getEncoded();
        // What is left of it without its version, its algorithm and the head of the octet string.
        file("rsa1.key", pem("RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, 26, pkcs8.length)));
        loaded("certificate = \"rsa.pem\", key = \"rsa1.key\"");

        X509Bundle ec = Pki.writeServer(folder, pki.server());
        file("ec1.key", pem("EC PRIVATE KEY", sec1((ECPrivateKey)
                ec.getKeyPair().getPrivate())));
        loaded("certificate = \"server.pem\", key = \"ec1.key\"");
        file("cut.key", "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----\n");
        faulty("certificate = \"server.pem\", key = \"cut.key\"", "cut.key is cut short");
        file("dsa.key", "-----BEGIN DSA PRIVATE KEY-----\nMHcCAQEE\n-----END DSA PRIVATE KEY-----\n");
        faulty("certificate = \"server.pem\", key = \"dsa.key\"", "DSA PRIVATE KEY", "openssl pkcs8");
    }

    /** RFC 5915 section 3, with its curve, P-256, and without its public key. */
    private static byte[] sec1(ECPrivateKey key) {
        String secret = String.format("%064x", key.getS());
        return HexFormat.of().parseHex("3031020101" + "0420" + secret + "a00a06082a8648ce3d030107");
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    @Test
    void refusesAChainOutOfOrder() {
        X509Bundle server = Pki.writeServer(folder, pki.server());
        file(
                "server.pem",
                server.getCertificatePEM() + new Pki("another").authority().getCertificatePEM());
        faulty(SERVER, "out of order");
        file("server.pem", server.getCertificatePEM() + pki.authority().getCertificatePEM());
        loaded(SERVER);
    }

    @Test
    void warnsOfACertificateThatIsExpiredOrAboutToBe() {
        writeServer(Duration.ofDays(-400), Duration.ofDays(-1));
        assertTrue(warnings(SERVER).toString().contains("is expired since"));
        writeServer(Duration.ofDays(-80), Duration.ofDays(10));
        assertTrue(warnings(SERVER).toString().contains("expires on"));
        writeServer(Duration.ofDays(-80), Duration.ofDays(15));
        assertEquals(List.of(), warnings(SERVER));
        // Some live for an hour, and are renewed every half of it.
        writeServer(Duration.ofMinutes(-40), Duration.ofMinutes(20));
        assertEquals(List.of(), warnings(SERVER));
        writeServer(Duration.ofDays(1), Duration.ofDays(90));
        assertTrue(warnings(SERVER).toString().contains("is valid only from"));
    }

    private void writeServer(Duration from, Duration until) {
        Instant now = Instant.now();
        Pki.writeServer(
                folder,
                pki.issue(builder -> builder.subject("CN=localhost")
                        .notBefore(now.plus(from))
                        .notAfter(now.plus(until))));
    }

    @Test
    void warnsOfAKeyThatEveryUserCanRead() throws IOException {
        Files.setPosixFilePermissions(folder.resolve("server.key"), PosixFilePermissions.fromString("rw-r--r--"));
        String warnings = warnings(SERVER).toString();
        assertTrue(warnings.contains("tls.key") && warnings.contains("can be read by every user"), warnings);
        Files.setPosixFilePermissions(folder.resolve("server.key"), PosixFilePermissions.fromString("rw-r-----"));
        assertEquals(List.of(), warnings(SERVER));
    }

    @Test
    void takesNothingThatIsNeverUsed() {
        faulty(SERVER + ", client-ca = \"ca.pem\"", "client-ca): is never used, since client-auth is off");
        faulty(SERVER + ", crl = \"ca.pem\"", "crl): is never used");
        faulty(SERVER + ", client-auth = required", "client-ca): is missing");
        faulty(SERVER + ", client-auth = require", "is not one of off, optional, required; did you mean");
        faulty(SERVER + ", protocols = [TLSv1]", "unknown setting");
        loaded(SERVER + ", client-ca = \"ca.pem\", client-auth = optional");
    }

    @Test
    void refusesRevocationListsThatProveNothing() {
        String tls = SERVER + ", client-ca = \"ca.pem\", client-auth = required, crl = \"revoked.pem\"";
        file("revoked.pem", new Pki("another").crl(Duration.ofDays(1)));
        faulty(tls, "list of CN=another, which is not in tls.client-ca");
        file("revoked.pem", new Pki("test authority").crl(Duration.ofDays(1)));
        faulty(tls, "that this authority has not signed");
        file("revoked.pem", pki.authority().getCertificatePEM());
        faulty(tls, "revoked.pem");
        file("revoked.pem", "");
        faulty(tls, "holds no revocation list");
        file("revoked.pem", pki.crl(Duration.ofDays(1)));
        assertEquals(List.of(), warnings(tls));
        file("revoked.pem", pki.crl(Duration.ofHours(-1)));
        assertTrue(warnings(tls).toString().contains("has ended on"));
    }

    @Test
    void trustsNoAuthorityThatIsRevoked() {
        X509Bundle intermediate =
                pki.issue(builder -> builder.subject("CN=intermediate").setIsCertificateAuthority(true));
        file("ca.pem", pki.authority().getCertificatePEM() + intermediate.getCertificatePEM());
        file("revoked.pem", pki.crl(Duration.ofDays(1), intermediate));
        String tls = SERVER + ", client-ca = \"ca.pem\", client-auth = required, crl = \"revoked.pem\"";
        assertTrue(warnings(tls).toString().contains("CN=intermediate is revoked by tls.crl"));
        file("ca.pem", intermediate.getCertificatePEM());
        faulty(tls, "which is not in tls.client-ca");
    }

    @Test
    void isReadFromTheEnvironmentToo() {
        Map<String, String> environment = Map.of(
                "COUNTERSIGN_LISTENERS_0_BIND", "127.0.0.1:0",
                "COUNTERSIGN_LISTENERS_0_TLS_CERTIFICATE",
                        folder.resolve("server.pem").toString(),
                "COUNTERSIGN_LISTENERS_0_TLS_KEY", folder.resolve("server.key").toString(),
                "COUNTERSIGN_LISTENERS_0_TLS_CLIENT_AUTH", "required",
                "COUNTERSIGN_LISTENERS_0_TLS_CLIENT_CA",
                        folder.resolve("ca.pem").toString());
        ServerTls tls = Load.good("", environment).listeners().get(0).tls().orElseThrow();
        assertEquals(ClientAuth.REQUIRED, tls.clientAuth());
    }

    @Test
    void needsNoReadingTwiceToBeTheSame() {
        LoadResult.Loaded first = loaded(SERVER);
        assertEquals(first.config().listeners(), loaded(SERVER).config().listeners());
        Pki.writeServer(folder, pki.server());
        assertTrue(!first.config().listeners().equals(loaded(SERVER).config().listeners()));
        assertTrue(first.config()
                .listeners()
                .get(0)
                .sameAs(loaded(SERVER).config().listeners().get(0)));
    }
}
