package io.countersign.proxy.credentials;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;

/**
 * Recognises an instance metadata service whose token answers get lost on the way. Its answer to the token request is sent
 * with the IP hop limit that the instance sets, 1 unless changed, and so does not reach a container behind a bridge; all
 * its other answers do (AWS: "Use IMDSv2", "Considerations for containers").
 */
final class HopLimit {
    private static final int MILLIS = 1000;

    private HopLimit() {}

    /** Asks twice, a second each at most; only after a failure, when an answer in words is worth it. */
    static boolean swallowsTokens(String endpoint) {
        return tokenTimesOut(endpoint) && answersOtherwise(endpoint);
    }

    private static boolean tokenTimesOut(String endpoint) {
        try {
            HttpURLConnection connection = open(endpoint + "/latest/api/token");
            connection.setRequestMethod("PUT");
            connection.setRequestProperty("x-aws-ec2-metadata-token-ttl-seconds", "60");
            connection.connect();
            try {
                connection.getResponseCode();
                return false;
            } catch (SocketTimeoutException lost) {
                return true;
            } finally {
                connection.disconnect();
            }
        } catch (IOException | IllegalArgumentException unreachable) {
            return false;
        }
    }

    /** Without a token: 401 when tokens are required, 200 when not. */
    private static boolean answersOtherwise(String endpoint) {
        try {
            HttpURLConnection connection = open(endpoint + "/latest/meta-data/");
            int status = connection.getResponseCode();
            connection.disconnect();
            return status == 401 || status == 200;
        } catch (IOException | IllegalArgumentException unreachable) {
            return false;
        }
    }

    private static HttpURLConnection open(String url) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(MILLIS);
        connection.setReadTimeout(MILLIS);
        connection.setInstanceFollowRedirects(false);
        return connection;
    }
}
