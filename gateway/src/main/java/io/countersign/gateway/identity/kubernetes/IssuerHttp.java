package io.countersign.gateway.identity.kubernetes;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.countersign.proxy.egress.EgressProxy;
import io.countersign.proxy.egress.NoTunnelException;
import io.countersign.proxy.egress.TunnelledExchange;
import io.countersign.proxy.net.Hosts;
import io.countersign.proxy.net.Pem;
import io.countersign.proxy.secrets.Quoted;
import io.countersign.proxy.wire.WholeResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * Fetches an issuer's keys as OpenID Connect Discovery has it: the document at {@code /.well-known/openid-configuration} names the keys'
 * URL. Both by https alone, but on loopback; no redirect is followed, sizes and times are bounded. Issuers out of the cluster are reached
 * through the environment's proxy.
 *
 * <p>The keys may be on another host than the issuer: an API server names its own address. The token is shown there as well, since the
 * server that names it was verified, and so is this one, by the same authorities.
 */
final class IssuerHttp implements IssuerDocuments {
    private static final String ACCEPT = "application/json, application/jwk-set+json";
    private static final int MAX_BYTES = 256 << 10;
    private static final int MAX_TOKEN = 16 << 10;
    private static final int STEP_MILLIS = 5_000;
    private static final Duration WHOLE = Duration.ofSeconds(10);

    private final KubernetesConfig config;
    private final LongSupplier ticker;
    private final Duration whole;

    /** @param ticker as {@link System#nanoTime} */
    IssuerHttp(KubernetesConfig config, LongSupplier ticker) {
        this(config, ticker, WHOLE);
    }

    /** @param whole that one document may take */
    IssuerHttp(KubernetesConfig config, LongSupplier ticker, Duration whole) {
        this.config = config;
        this.ticker = ticker;
        this.whole = whole;
    }

    @Override
    public String keys() throws IOException {
        String issuer = config.issuer().toString();
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        URI discovery = URI.create(base + "/.well-known/openid-configuration");
        String named;
        String keys;
        try {
            var document = JSONObjectUtils.parse(get(discovery));
            named = JSONObjectUtils.getString(document, "issuer");
            keys = JSONObjectUtils.getString(document, "jwks_uri");
        } catch (ParseException e) {
            throw new IOException(discovery + " is not the document of an issuer", e);
        }
        if (!issuer.equals(named)) {
            throw new IOException(
                    discovery + " is of the issuer " + Quoted.of(String.valueOf(named)) + ", not of " + issuer);
        }
        return get(secure(String.valueOf(keys)));
    }

    private static URI secure(String url) throws IOException {
        try {
            URI uri = URI.create(url);
            if (isSecure(uri)) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new IOException("the issuer has its keys at " + Quoted.of(url) + ", which is not an https URL");
    }

    /** Whether nobody else can answer in its place. */
    static boolean isSecure(URI uri) {
        return uri.getHost() != null
                && uri.getUserInfo() == null
                && ("https".equals(uri.getScheme())
                        || ("http".equals(uri.getScheme())
                                && uri.getHost().matches("127\\.0\\.0\\.1|\\[::1]|localhost")));
    }

    private String get(URI url) throws IOException {
        try {
            Optional<EgressProxy> proxy = config.proxyTo(url);
            return proxy.isPresent() ? tunnelled(url, proxy.get()) : direct(url);
        } catch (NoTunnelException e) {
            throw new IOException(url + ": " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            // The JDK throws both at a port that does not exist.
            throw e instanceof IOException known
                            && e.getMessage() != null
                            && e.getMessage().startsWith(url.toString())
                    ? known
                    : new IOException(url + ": " + e.getClass().getSimpleName() + " " + e.getMessage(), e);
        }
    }

    private String direct(URI url) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
        CompletableFuture<Void> end = giveUp(connection::disconnect);
        try {
            if (connection instanceof HttpsURLConnection secure && config.ca().isPresent()) {
                secure.setSSLSocketFactory(trusting(config.ca().get(), false));
            }
            connection.setConnectTimeout(STEP_MILLIS);
            connection.setReadTimeout(STEP_MILLIS);
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            connection.setRequestProperty("Accept", ACCEPT);
            Optional<String> token = token();
            if (token.isPresent()) {
                connection.setRequestProperty("Authorization", "Bearer " + token.get());
            }
            requireOk(url, connection.getResponseCode());
            try (InputStream in = connection.getInputStream()) {
                return read(url, in);
            }
        } finally {
            end.cancel(false);
            connection.disconnect();
        }
    }

    private String tunnelled(URI url, EgressProxy proxy) throws IOException {
        String message = "GET " + TunnelledExchange.target(url) + " HTTP/1.1\r\nHost: " + url.getRawAuthority()
                + "\r\nAccept: " + ACCEPT + "\r\n"
                + token().map(known -> "Authorization: Bearer " + known + "\r\n")
                        .orElse("")
                + "User-Agent: countersign\r\nConnection: close\r\n\r\n";
        try (TunnelledExchange exchange =
                new TunnelledExchange(proxy, Hosts.ofHttps(url), trust(), STEP_MILLIS, STEP_MILLIS)) {
            CompletableFuture<Void> end = giveUp(exchange::close);
            try {
                WholeResponse response = exchange.send(message.getBytes(StandardCharsets.US_ASCII), MAX_BYTES);
                requireOk(url, response.status());
                return new String(response.body(), StandardCharsets.UTF_8);
            } finally {
                end.cancel(false);
            }
        }
    }

    /** A head that comes byte by byte is within every other limit, and keys that are not fetched end at some time. */
    private CompletableFuture<Void> giveUp(Runnable fetch) {
        return CompletableFuture.runAsync(
                fetch, CompletableFuture.delayedExecutor(whole.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void requireOk(URI url, int status) throws IOException {
        if (status != HttpURLConnection.HTTP_OK) {
            throw new IOException(url + " answers " + status + hint(status));
        }
    }

    private String hint(int status) {
        return config.tokenFile().isEmpty() && (status == 401 || status == 403)
                ? "; an API server wants a token, which identity.kubernetes.token-file names"
                : "";
    }

    private String read(URI url, InputStream in) throws IOException {
        long end = ticker.getAsLong() + whole.toNanos();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] block = new byte[8192];
        for (int read = in.read(block); read >= 0; read = in.read(block)) {
            body.write(block, 0, read);
            if (body.size() > MAX_BYTES) {
                throw new IOException(url + " has more than " + MAX_BYTES + " bytes");
            }
            if (ticker.getAsLong() - end > 0) {
                throw new IOException(url + " is too slow");
            }
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    /** The proxy is none of the cluster's, so the JDK's authorities count for it as well. */
    private TunnelledExchange.Trust trust() throws IOException {
        return config.ca().isPresent()
                ? new TunnelledExchange.Trust(
                        trusting(config.ca().get(), true), trusting(config.ca().get(), false))
                : TunnelledExchange.Trust.of((SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    /** @param jdk whether the JDK's authorities are trusted as well */
    private static SSLSocketFactory trusting(Path ca, boolean jdk) throws IOException {
        try {
            byte[] pem = Files.readAllBytes(ca);
            TrustManagerFactory trust = jdk ? Pem.trustingJdkAnd(pem) : Pem.trusting(Pem.certificates(pem));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException(ca + " is not a PEM file of certificates", e);
        }
    }

    private Optional<String> token() throws IOException {
        if (config.tokenFile().isEmpty()) {
            return Optional.empty();
        }
        Path file = config.tokenFile().get();
        if (Files.size(file) > MAX_TOKEN) {
            throw new IOException(file + " has more in it than a token");
        }
        String token = Files.readString(file).strip();
        if (!token.matches("[A-Za-z0-9._~+/=-]+")) {
            throw new IOException(file + " holds no token");
        }
        return Optional.of(token);
    }
}
