package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.FetchFailure;
import io.countersign.proxy.egress.Egress;
import io.countersign.proxy.egress.EgressProxy;
import io.countersign.proxy.egress.TunnelledExchange;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.Hosts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/**
 * Calls to STS and SSO: directly, or through the environment's proxy. Holds nothing that would have to be closed.
 *
 * @param trust makes TLS, with AWS and with the proxy
 */
record AwsHttp(Egress egress, SdkHttpClient direct, SSLSocketFactory trust) implements SdkHttpClient {
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration READ = Duration.ofSeconds(6);

    /** @throws FetchFailure when the environment's proxy can't be used */
    static SdkHttpClient client(Environment environment) throws FetchFailure {
        return client(environment, (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    static SdkHttpClient client(Environment environment, SSLSocketFactory trust) throws FetchFailure {
        try {
            return new AwsHttp(Egress.of(environment), UrlConnectionHttpClient.create(AwsHttp::connection), trust);
        } catch (IllegalArgumentException e) {
            throw new FetchFailure(e.getMessage());
        }
    }

    private static HttpURLConnection connection(URI uri) {
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout((int) CONNECT.toMillis());
            connection.setReadTimeout((int) READ.toMillis());
            connection.setUseCaches(false);
            return connection;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        URI uri = request.httpRequest().getUri();
        HostPort to =
                new HostPort(Hosts.host(uri.getHost()), request.httpRequest().port());
        // Endpoints by http are loopback, as was checked when they were read.
        Optional<EgressProxy> proxy = uri.getScheme().equals("https") ? egress.to(to) : Optional.empty();
        if (proxy.isEmpty()) {
            return direct.prepareRequest(request);
        }
        TunnelledExchange exchange = new TunnelledExchange(
                proxy.get(), to, TunnelledExchange.Trust.of(trust), (int) CONNECT.toMillis(), (int) READ.toMillis());
        return new TunnelledCall(request, to, exchange);
    }

    @Override
    public void close() {
        direct.close();
    }
}
