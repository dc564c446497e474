package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.FetchFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/**
 * {@code HTTPS_PROXY} and {@code NO_PROXY} for calls to AWS; the container and instance endpoints are link-local and never
 * go through a proxy.
 *
 * @param user empty without a password
 */
record EgressProxy(InetSocketAddress address, String user, String password, Set<Pattern> direct) {
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration READ = Duration.ofSeconds(6);

    /**
     * A client for calls to AWS, which holds nothing that would have to be closed.
     *
     * @throws FetchFailure when the environment's proxy can't be used
     */
    static SdkHttpClient client(Environment environment) throws FetchFailure {
        Optional<EgressProxy> proxy = of(environment);
        return UrlConnectionHttpClient.create(uri -> connection(uri, proxy.filter(any -> !any.isPassedBy(uri))));
    }

    private static HttpURLConnection connection(URI uri, Optional<EgressProxy> proxy) {
        try {
            Proxy by = proxy.map(EgressProxy::asProxy).orElse(Proxy.NO_PROXY);
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(by);
            connection.setConnectTimeout((int) CONNECT.toMillis());
            connection.setReadTimeout((int) READ.toMillis());
            connection.setUseCaches(false);
            proxy.filter(any -> !any.user.isEmpty()).ifPresent(any -> connection.setAuthenticator(any.authenticator()));
            return connection;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Proxy asProxy() {
        // Resolved at each call: an address may change.
        return new Proxy(Proxy.Type.HTTP, new InetSocketAddress(address.getHostString(), address.getPort()));
    }

    /** Gives the password to the proxy alone, and once: the JDK would ask twenty times. */
    private Authenticator authenticator() {
        AtomicBoolean given = new AtomicBoolean();
        return new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                boolean first = getRequestorType() == RequestorType.PROXY && !given.getAndSet(true);
                return first ? new PasswordAuthentication(user, password.toCharArray()) : null;
            }
        };
    }

    private boolean isPassedBy(URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        return direct.stream().anyMatch(pattern -> pattern.matcher(host).matches());
    }

    private static Optional<EgressProxy> of(Environment environment) throws FetchFailure {
        Optional<String> value = either(environment, "HTTPS_PROXY");
        return value.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        of(value.get(), direct(either(environment, "NO_PROXY").orElse(""))));
    }

    /** No message quotes the value, which may hold a password. */
    private static EgressProxy of(String value, Set<Pattern> direct) throws FetchFailure {
        URI uri;
        try {
            uri = new URI(value.contains("://") ? value : "http://" + value);
        } catch (URISyntaxException e) {
            throw new FetchFailure("HTTPS_PROXY is not a URL such as http://proxy.example:3128; in a password, write"
                    + " special characters percent-encoded");
        }
        if (!"http".equals(uri.getScheme())) {
            throw new FetchFailure("HTTPS_PROXY is not an http URL, and proxies are spoken to in plain HTTP; write one"
                    + " such as http://proxy.example:3128");
        }
        if (uri.getHost() == null) {
            throw new FetchFailure("HTTPS_PROXY is not a URL such as http://proxy.example:3128");
        }
        String login = uri.getUserInfo() == null ? "" : uri.getUserInfo();
        int colon = login.indexOf(':');
        return new EgressProxy(
                InetSocketAddress.createUnresolved(uri.getHost(), uri.getPort() >= 0 ? uri.getPort() : 80),
                colon < 0 ? login : login.substring(0, colon),
                colon < 0 ? "" : login.substring(colon + 1),
                direct);
    }

    private static Optional<String> either(Environment environment, String upper) {
        return environment.get(upper.toLowerCase(Locale.ROOT)).or(() -> environment.get(upper));
    }

    /** Patterns over host names: a name also stands for what is under it; loopback is always direct. */
    private static Set<Pattern> direct(String noProxy) {
        Set<String> patterns = new LinkedHashSet<>(Set.of("localhost", "127\\..*", "\\[?::1\\]?"));
        for (String entry : noProxy.split(",", -1)) {
            String host = entry.strip().toLowerCase(Locale.ROOT);
            if (host.equals("*")) {
                patterns.add(".*");
            } else if (!host.isEmpty()) {
                String name =
                        host.startsWith("*.") ? host.substring(2) : host.startsWith(".") ? host.substring(1) : host;
                patterns.add("(.*\\.)?" + Pattern.quote(name));
            }
        }
        Set<Pattern> compiled = new LinkedHashSet<>();
        patterns.forEach(pattern -> compiled.add(Pattern.compile(pattern)));
        return compiled;
    }

    @Override
    public String toString() {
        return "EgressProxy[" + address.getHostString() + ":" + address.getPort() + "]";
    }
}
