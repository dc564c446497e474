package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.egress.BlockingTunnel;
import io.countersign.proxy.egress.EgressProxy;
import io.countersign.proxy.net.Destination;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.wire.WholeResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * One call to AWS through a proxy's tunnel, on a connection of its own. The JDK's client can't speak to a proxy over TLS, and
 * follows rules of its own on which proxies get a password.
 */
final class TunnelledCall implements ExecutableHttpRequest {
    /** Credentials take a few kilobytes. */
    private static final int MAX_BODY = 1 << 20;

    private final HttpExecuteRequest request;
    private final HostPort to;
    private final EgressProxy proxy;
    private final SSLSocketFactory trust;
    private final int connectMillis;
    private final int readMillis;
    private volatile Socket open;
    private volatile boolean aborted;

    TunnelledCall(
            HttpExecuteRequest request,
            HostPort to,
            EgressProxy proxy,
            SSLSocketFactory trust,
            int connectMillis,
            int readMillis) {
        this.request = request;
        this.to = to;
        this.proxy = proxy;
        this.trust = trust;
        this.connectMillis = connectMillis;
        this.readMillis = readMillis;
    }

    @Override
    public HttpExecuteResponse call() throws IOException {
        try (Socket tunnel = BlockingTunnel.open(proxy, to, trust, connectMillis)) {
            open = tunnel;
            if (aborted) {
                throw new IOException("the call was given up");
            }
            tunnel.setSoTimeout(readMillis);
            try (SSLSocket secure = secured(tunnel)) {
                secure.getOutputStream().write(message());
                secure.getOutputStream().flush();
                WholeResponse response = WholeResponse.read(secure.getInputStream(), MAX_BODY);
                return HttpExecuteResponse.builder()
                        .response(SdkHttpResponse.builder()
                                .statusCode(response.status())
                                .headers(response.fields())
                                .build())
                        .responseBody(AbortableInputStream.create(new ByteArrayInputStream(response.body())))
                        .build();
            }
        }
    }

    private SSLSocket secured(Socket tunnel) throws IOException {
        SSLSocket secure = (SSLSocket) trust.createSocket(tunnel, to.host(), to.port(), true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (!Destination.isLiteral(to.host())) {
            parameters.setServerNames(List.of(new SNIHostName(to.host())));
        }
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return secure;
    }

    private byte[] message() throws IOException {
        byte[] body = body();
        SdkHttpRequest head = request.httpRequest();
        String query = head.encodedQueryParameters().map(text -> "?" + text).orElse("");
        StringBuilder text = new StringBuilder();
        text.append(head.method()).append(' ');
        text.append(head.encodedPath().isEmpty() ? "/" : head.encodedPath()).append(query);
        text.append(" HTTP/1.1\r\n");
        head.forEachHeader((name, values) -> {
            if (!name.equalsIgnoreCase("Content-Length") && !name.equalsIgnoreCase("Connection")) {
                values.forEach(
                        value -> text.append(name).append(": ").append(value).append("\r\n"));
            }
        });
        if (head.firstMatchingHeader("Host").isEmpty()) {
            text.append("Host: ")
                    .append(to.port() == 443 ? to.host() : to.toString())
                    .append("\r\n");
        }
        text.append("Content-Length: ").append(body.length).append("\r\nConnection: close\r\n\r\n");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(body);
        return all.toByteArray();
    }

    private byte[] body() throws IOException {
        if (request.contentStreamProvider().isEmpty()) {
            return new byte[0];
        }
        try (InputStream in = request.contentStreamProvider().get().newStream()) {
            return in.readAllBytes();
        }
    }

    @Override
    public void abort() {
        aborted = true;
        Socket socket = open;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException gone) {
                // It was closed already.
            }
        }
    }
}
