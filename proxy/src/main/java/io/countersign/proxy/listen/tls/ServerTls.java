package io.countersign.proxy.listen.tls;

import io.countersign.proxy.caller.ClientCertificate;
import io.countersign.proxy.caller.TlsClient;
import io.countersign.proxy.net.PemIdentity;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * TLS of a listener, ready for use: read, checked and built when the configuration was. Two are equal when their settings and the
 * content of all their files are. Immutable; never shows its key.
 */
public final class ServerTls {
    /** All with forward secrecy and authenticated encryption (RFC 9325 section 4.2); those of TLS 1.3 come first. */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** The JDK's default of 20,480 would take tens of megabytes; most clients resume by tickets that they keep themselves. */
    private static final int MAX_SESSIONS = 64;

    /** A session that is resumed shows the certificate of its first handshake; whoever has lost one meets that after this time. */
    private static final Duration SESSION = Duration.ofHours(1);

    private final PemIdentity identity;
    private final Clients clients;
    private final String digest;
    private final SslContext context;

    /**
     * What it asks of clients.
     *
     * @param authorities that issue their certificates
     */
    record Clients(ClientAuth auth, List<X509Certificate> authorities, Revocations revocations) {}

    /**
     * Builds it.
     *
     * @param digest of all that decides, files included
     * @throws GeneralSecurityException when the JDK cannot use it
     */
    ServerTls(PemIdentity identity, Clients clients, String digest) throws GeneralSecurityException, SSLException {
        this.identity = identity;
        this.clients = clients;
        this.digest = digest;
        SslContextBuilder builder = SslContextBuilder.forServer(
                        identity.key(), identity.chain().toArray(X509Certificate[]::new))
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.FATAL_ALERT,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_1_1))
                .sessionCacheSize(MAX_SESSIONS)
                .sessionTimeout(SESSION.toSeconds())
                .clientAuth(
                        switch (clients.auth()) {
                            case OFF -> io.netty.handler.ssl.ClientAuth.NONE;
                            case OPTIONAL -> io.netty.handler.ssl.ClientAuth.OPTIONAL;
                            case REQUIRED -> io.netty.handler.ssl.ClientAuth.REQUIRE;
                        });
        if (clients.auth() != ClientAuth.OFF) {
            builder.trustManager(new ClientTrust(clients.authorities(), clients.revocations()));
        }
        this.context = builder.build();
    }

    /** The handler of one connection; {@code threads} compute its handshake. */
    SslHandler handler(Executor threads) {
        SslHandler handler = context.newHandler(ByteBufAllocator.DEFAULT, threads);
        // TlsEntry has a limit of its own.
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }

    /**
     * What a client has shown, once its handshake is done.
     *
     * @throws CertificateParsingException when the names in its certificate cannot be read
     */
    TlsClient client(SSLSession session) throws CertificateParsingException {
        if (clients.auth() == ClientAuth.OFF) {
            return TlsClient.notAsked();
        }
        try {
            X509Certificate shown = (X509Certificate) session.getPeerCertificates()[0];
            return TlsClient.asked(Optional.of(ClientCertificate.of(shown)));
        } catch (SSLPeerUnverifiedException none) {
            return TlsClient.asked(Optional.empty());
        }
    }

    /** Whether clients are asked for a certificate. */
    public ClientAuth clientAuth() {
        return clients.auth();
    }

    /** Which clients' certificates do not count any more. */
    public Revocations revocations() {
        return clients.revocations();
    }

    /** The listener's own certificate. */
    public X509Certificate certificate() {
        return identity.certificate();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ServerTls tls && tls.digest.equals(digest);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    @Override
    public String toString() {
        return "TLS, " + identity + ", client-auth " + clients.auth();
    }
}
