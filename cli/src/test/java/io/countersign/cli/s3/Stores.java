package io.countersign.cli.s3;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.standin.StandIn;
import io.countersign.standin.StandInOptions;
import io.countersign.standin.verify.Credential;
import io.countersign.standin.verify.PathMode;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * Countersign by http and by https, before two stores that verify: s3proxy, which keeps objects and verifies the signatures of chunks,
 * and the stand-in, which verifies those of trailers too, and answers with the object's MD5.
 *
 * <p>The first part of a path says which way: {@code unsigned} and {@code signed} lead to s3proxy, by the route's {@code payload};
 * {@code verified} to the stand-in.
 */
final class Stores implements AutoCloseable {
    private static final Credential KEY = Credential.of("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

    private static final int MAX_OBJECT = 200 << 20;

    private final Path folder;
    private final X509Bundle authority;
    private final S3Proxy server;
    private final StandIn standIn;
    private final Framings framings = new Framings();
    private final ProxyServer plain;
    private final ProxyServer encrypted;

    /** @param folder for certificates and objects */
    Stores(Path folder) throws Exception {
        this.folder = folder;
        authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=Countersign tests")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Files.writeString(folder.resolve("listener-ca.pem"), authority.getCertificatePEM());
        Certificate certificate = Certificate.create(folder);
        Path buckets = Files.createDirectories(folder.resolve("buckets"));
        for (String bucket : List.of("unsigned", "signed")) {
            Files.createDirectory(buckets.resolve(bucket));
        }
        server = S3Proxy.builder()
                .blobStore(new FilesystemNio2BlobStore(buckets.toString()))
                .secureEndpoint(URI.create("https://127.0.0.1:0"))
                .keyStore(certificate.keyStore().toString(), certificate.password())
                .awsAuthentication(AuthenticationType.AWS_V4, KEY.accessKey(), KEY.secretKey())
                // Such as x-amz-mp-object-size, which the SDK for Java sends when it has sent all parts.
                .ignoreUnknownHeaders(true)
                // Go's SDK sends an object as one chunk; S3 takes that, and s3proxy by default one of 16 MiB.
                .v4MaxChunkSize(MAX_OBJECT)
                .build();
        server.start();
        standIn = StandIn.start(StandInOptions.defaults()
                .withCredentials(List.of(KEY))
                .withService("s3")
                .withPathMode(PathMode.S3)
                .withBodyLimit(MAX_OBJECT));
        String routes = routes(
                to(server.getSecurePort(), certificate.pem()),
                to(standIn.port(), Files.writeString(folder.resolve("standin-ca.pem"), standIn.caPem())));
        plain = proxy("{ bind = \"127.0.0.1:0\" }", routes);
        encrypted = proxy("{ bind = \"127.0.0.1:0\", tls { " + listenerCertificate() + " } }", routes);
    }

    private String listenerCertificate() throws Exception {
        X509Bundle leaf = new CertificateBuilder()
                .ecp256()
                .subject("CN=localhost")
                .addExtendedKeyUsageServerAuth()
                .addSanIpAddress("127.0.0.1")
                .addSanDnsName("localhost")
                .buildIssuedBy(authority);
        Path certificate = Files.writeString(folder.resolve("listener.pem"), leaf.getCertificatePEM());
        Path key = Files.writeString(folder.resolve("listener.key"), leaf.getPrivateKeyPEM());
        return "certificate = \"" + certificate + "\", key = \"" + key + "\"";
    }

    private static String to(int port, Path ca) {
        return "upstream = \"https://127.0.0.1:" + port + "\", service = s3, region = us-east-1, tls.ca = \"" + ca
                + "\"";
    }

    private static String routes(String store, String verifier) {
        return """
                unsigned { match.path-prefix = "/unsigned", payload = unsigned, %1$s }
                signed { match.path-prefix = "/signed", limits.body = 32 MiB, %1$s }
                verified { match.path-prefix = "/verified", payload = unsigned, %2$s }
            """.formatted(store, verifier);
    }

    private ProxyServer proxy(String listener, String routes) throws Exception {
        String config = """
            countersign {
              listeners = [ %s ]
              admin { bind = "127.0.0.1:0" }
              timeouts.request = 120s
              credentials { default { access-key-id = "%s", secret-access-key = "%s" } }
              routes {
            %s
              }
            }
            """.formatted(listener, KEY.accessKey(), KEY.secretKey(), routes);
        return ProxyServer.start(
                HoconSource.text(config, folder, Map.of()), List.of(framings), Environment.of(Map.of()));
    }

    /** Where clients send to. */
    String endpoint(String scheme) {
        ProxyServer proxy = scheme.equals("https") ? encrypted : plain;
        return scheme + "://127.0.0.1:" + proxy.address().getPort();
    }

    /** Whom clients trust, over https: PEM. */
    Path authority() {
        return folder.resolve("listener-ca.pem");
    }

    X509Bundle authorityCertificate() {
        return authority;
    }

    Framings framings() {
        return framings;
    }

    StandIn standIn() {
        return standIn;
    }

    @Override
    public void close() throws IOException {
        plain.close();
        encrypted.close();
        standIn.close();
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("s3proxy does not stop", e);
        }
    }
}
