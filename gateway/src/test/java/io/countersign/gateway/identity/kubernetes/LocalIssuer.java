package io.countersign.gateway.identity.kubernetes;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** The issuer of a cluster: two documents, keys that can be rotated, and tokens as the cluster's pods get them. */
public final class LocalIssuer implements AutoCloseable {
    private static final String DISCOVERY = "/.well-known/openid-configuration";

    private final HttpServer server;
    private final String scheme;
    final AtomicInteger fetches = new AtomicInteger();
    final List<String> authorizations = new CopyOnWriteArrayList<>();
    volatile List<JWK> keys;
    volatile int status = 200;
    volatile Optional<String> keysUrl = Optional.empty();
    volatile Optional<String> body = Optional.empty();

    /** What it calls itself; empty: by its address. */
    volatile Optional<String> named = Optional.empty();

    private LocalIssuer(HttpServer server, String scheme, List<JWK> keys) {
        this.server = server;
        this.scheme = scheme;
        this.keys = List.copyOf(keys);
        server.createContext("/", this::serve);
        server.start();
    }

    public static LocalIssuer start(JWK... keys) throws IOException {
        return new LocalIssuer(HttpServer.create(loopback(), 0), "http", List.of(keys));
    }

    static LocalIssuer startTls(SSLContext tls, JWK... keys) throws IOException {
        HttpsServer server = HttpsServer.create(loopback(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return new LocalIssuer(server, "https", List.of(keys));
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    public static RSAKey rsa(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError("no test key", e);
        }
    }

    static ECKey ec(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError("no test key", e);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    public String url() {
        return named.orElseGet(this::address);
    }

    private String address() {
        return scheme + "://127.0.0.1:" + server.getAddress().getPort() + "/id/cluster";
    }

    public URI uri() {
        return URI.create(url());
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                    .ifPresent(authorizations::add);
            String path = exchange.getRequestURI().getPath();
            String text;
            if (path.equals("/id/cluster" + DISCOVERY)) {
                text = "{\"issuer\":\"" + url() + "\",\"jwks_uri\":\"" + keysUrl.orElse(url() + "/keys") + "\"}";
            } else {
                fetches.incrementAndGet();
                text = body.orElseGet(() -> new JWKSet(keys).toPublicJWKSet().toString());
            }
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Location", url() + "/keys");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /** Claims as the token of a pod has them, good for an hour. */
    public JWTClaimsSet.Builder claims(String account, String audience, Instant now) {
        return new JWTClaimsSet.Builder()
                .issuer(url())
                .subject("system:serviceaccount:" + account.replace('/', ':'))
                .audience(audience)
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(3600)));
    }

    public static String sign(JWTClaimsSet.Builder claims, JWK key) {
        try {
            JWSAlgorithm algorithm = key instanceof RSAKey ? JWSAlgorithm.RS256 : JWSAlgorithm.ES256;
            JWSSigner signer = key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner(key.toECKey());
            return sign(new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(), claims, signer);
        } catch (JOSEException e) {
            throw new AssertionError("can't sign", e);
        }
    }

    static String sign(JWSHeader header, JWTClaimsSet.Builder claims, JWSSigner signer) throws JOSEException {
        SignedJWT token = new SignedJWT(header, claims.build());
        token.sign(signer);
        return token.serialize();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
