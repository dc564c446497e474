package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.egress.TunnelledExchange;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.wire.WholeResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/** One call to AWS through a proxy's tunnel. */
final class TunnelledCall implements ExecutableHttpRequest {
    /** Credentials take a few kilobytes. */
    private static final int MAX_BODY = 1 << 20;

    private final HttpExecuteRequest request;
    private final HostPort to;
    private final TunnelledExchange exchange;

    TunnelledCall(HttpExecuteRequest request, HostPort to, TunnelledExchange exchange) {
        this.request = request;
        this.to = to;
        this.exchange = exchange;
    }

    @Override
    public HttpExecuteResponse call() throws IOException {
        WholeResponse response = exchange.send(message(), MAX_BODY);
        return HttpExecuteResponse.builder()
                .response(SdkHttpResponse.builder()
                        .statusCode(response.status())
                        .headers(response.fields())
                        .build())
                .responseBody(AbortableInputStream.create(new ByteArrayInputStream(response.body())))
                .build();
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
        exchange.close();
    }
}
