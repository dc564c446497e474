package io.countersign.proxy.upstream;

import io.countersign.proxy.egress.EgressProxy;
import io.countersign.proxy.net.Pem;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** The upstreams of the configuration in force, by their settings; confined to the thread that reloads. */
public final class Upstreams {
    private static final int MAX_TLS_SESSIONS = 64;

    private Map<Key, Upstream> current = new HashMap<>();
    private Map<Key, Upstream> next = new HashMap<>();

    /**
     * What makes two upstreams the same: their settings, with the content of the client certificate's files, and that of their CA file,
     * not just its name.
     *
     * @param ca SHA-256 of the file in hex
     */
    private record Key(UpstreamConfig config, String ca) {}

    /**
     * The upstream for these settings, the present one when nothing changed.
     *
     * @throws IOException when the CA file cannot be read or holds no certificate
     */
    public Upstream prepare(UpstreamConfig config) throws IOException {
        byte[] ca = config.ca().isPresent() ? Files.readAllBytes(config.ca().get()) : new byte[0];
        Key key = new Key(config, sha256(ca));
        Upstream upstream = next.get(key);
        if (upstream == null) {
            upstream = current.get(key);
            if (upstream == null) {
                upstream = new Upstream(config, tls(config, ca), proxyTls(config, ca));
            }
            next.put(key, upstream);
        }
        return upstream;
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Puts what was prepared in force; those no longer named are retired. */
    public void commit() {
        for (Map.Entry<Key, Upstream> old : current.entrySet()) {
            if (!next.containsKey(old.getKey())) {
                old.getValue().retire();
            }
        }
        current = next;
        next = new HashMap<>();
    }

    /** Forgets what was prepared. */
    public void rollBack() {
        next = new HashMap<>();
    }

    /** The proxy is verified by its own name, and by the authorities that the upstream is; pins are of the upstream alone. */
    private static Optional<SslContext> proxyTls(UpstreamConfig config, byte[] ca) throws IOException {
        if (config.transport().egress().proxy().filter(EgressProxy::tls).isEmpty()) {
            return Optional.empty();
        }
        try {
            SslContextBuilder builder = client().endpointIdentificationAlgorithm("HTTPS");
            trust(builder, config, ca);
            return Optional.of(builder.build());
        } catch (SSLException | GeneralSecurityException e) {
            throw new IOException(config.ca().map(Path::toString).orElse("TLS") + ": " + e.getMessage(), e);
        }
    }

    private static SslContextBuilder client() {
        return SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                // The JDK's default of 20,480 sessions would take tens of megabytes; one upstream needs a few.
                .sessionCacheSize(MAX_TLS_SESSIONS);
    }

    private static void trust(SslContextBuilder builder, UpstreamConfig config, byte[] ca)
            throws IOException, GeneralSecurityException {
        if (config.ca().isPresent()) {
            if (ca.length == 0) {
                throw new IOException(config.ca().get() + " is empty; a PEM file with certificates is needed");
            }
            builder.trustManager(Pem.trustingJdkAnd(ca));
        }
    }

    private static Optional<SslContext> tls(UpstreamConfig config, byte[] ca) throws IOException {
        if (!config.tls()) {
            return Optional.empty();
        }
        try {
            SslContextBuilder builder = client().endpointIdentificationAlgorithm(
                            config.transport().pins().isEmpty() ? "HTTPS" : null);
            if (config.transport().kind() == Transport.Kind.TLS_UNVERIFIED) {
                // The destination is this machine alone, which the resolver sees to.
                builder.endpointIdentificationAlgorithm(null).trustManager(InsecureTrustManagerFactory.INSTANCE);
            } else if (!config.transport().pins().isEmpty()) {
                builder.trustManager(new PinnedTrust(config.transport().pins()));
            }
            trust(builder, config, ca);
            config.transport()
                    .identity()
                    .ifPresent(own -> builder.keyManager(own.key(), own.chain().toArray(X509Certificate[]::new)));
            return Optional.of(builder.build());
        } catch (SSLException | GeneralSecurityException e) {
            throw new IOException(config.ca().map(Path::toString).orElse("TLS") + ": " + e.getMessage(), e);
        }
    }
}
