package io.countersign.cli.agents;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Asks admin and control ports, each time over a connection of its own: the last one's process may be gone. */
public final class Http {
    private static final int TIMEOUT = 20_000;

    private Http() {}

    public static String get(String url) throws IOException {
        return exchange("GET", url, "");
    }

    /**
     * Sends a request and returns the answer's body.
     *
     * @throws IOException if the answer is not 2xx, too
     */
    public static String exchange(String method, String url, String body) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT);
        connection.setReadTimeout(TIMEOUT);
        connection.setRequestMethod(method);
        connection.setRequestProperty("Connection", "close");
        if (method.equals("POST")) {
            connection.setDoOutput(true);
            connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        }
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
