package io.countersign.proxy.credentials.provider;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** Requests to endpoints on this machine or its link: never through a proxy, never redirected, and bounded. */
final class LocalHttp {
    private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(1).toMillis();
    private static final int MAX_BODY = 64 * 1024;

    private LocalHttp() {}

    /** @param body the beginning of it, when it is very long */
    record Reply(int status, String phrase, String body) {
        @Override
        public String toString() {
            return "Reply[" + status + ", redacted]";
        }
    }

    static Reply send(String method, URI url, Map<String, String> headers, Duration read) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout((int) read.toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestMethod(method);
        headers.forEach(connection::setRequestProperty);
        try {
            int status = connection.getResponseCode();
            String phrase = connection.getResponseMessage();
            try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                String body = in == null ? "" : new String(in.readNBytes(MAX_BODY), StandardCharsets.UTF_8);
                return new Reply(status, phrase == null ? "" : phrase, body);
            }
        } finally {
            connection.disconnect();
        }
    }
}
