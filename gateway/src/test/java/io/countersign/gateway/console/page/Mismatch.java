package io.countersign.gateway.console.page;

import com.sun.net.httpserver.HttpExchange;
import io.countersign.proxy.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What API Gateway says of a request whose path something has changed on its way: with all that it computed. */
final class Mismatch {
    private Mismatch() {}

    static String of(HttpExchange exchange) {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        String signed = authorization.replaceFirst(".*SignedHeaders=([^,]+),.*", "$1");
        String scope = authorization.replaceFirst(".*Credential=[^/]+/([^,]+),.*", "$1");
        StringBuilder canonical = new StringBuilder(exchange.getRequestMethod() + "\n"
                + exchange.getRequestURI().getRawPath() + "\n"
                + exchange.getRequestURI().getRawQuery() + "\n");
        for (String name : signed.split(";", -1)) {
            canonical
                    .append(name)
                    .append(':')
                    .append(exchange.getRequestHeaders().getFirst(name))
                    .append('\n');
        }
        canonical.append('\n').append(signed).append('\n').append(hash(""));
        String toSign = "AWS4-HMAC-SHA256\n" + exchange.getRequestHeaders().getFirst("X-Amz-Date") + "\n" + scope + "\n"
                + hash(canonical.toString());
        String message =
                "The request signature we calculated does not match the signature you provided.\n\nThe Canonical String"
                        + " for this request should have been\n'" + canonical
                        + "'\n\nThe String-to-Sign should have been\n'" + toSign
                        + "'\n";
        StringBuilder json = new StringBuilder("{\"message\":\"");
        JsonText.append(json, message, message.length());
        return json.append("\"}").toString();
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
