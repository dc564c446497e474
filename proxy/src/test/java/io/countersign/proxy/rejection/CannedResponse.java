package io.countersign.proxy.rejection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.proxy.rejection.Rejection.Cause;
import io.countersign.proxy.secrets.Secrets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A response to classify, built in one line. */
final class CannedResponse {
    static final Instant SIGNED_AT = Instant.parse("2026-03-01T12:00:00Z");

    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    CannedResponse(int status, Map<String, String> headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    byte[] body() {
        return body;
    }

    /** @param headers name, value, name, value... */
    static CannedResponse of(int status, String body, String... headers) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            map.put(headers[i].toLowerCase(Locale.ROOT), headers[i + 1]);
        }
        return new CannedResponse(status, map, body.getBytes(UTF_8));
    }

    /** As API Gateway's REST APIs answer. */
    static CannedResponse rest(String type, String message) {
        return of(
                403,
                "{\"message\":\"" + message.replace("\n", "\\n").replace("\"", "\\\"") + "\"}",
                "Content-Type",
                "application/json",
                "x-amzn-RequestId",
                "6b2c",
                "x-amz-apigw-id",
                "Xyz=",
                "x-amzn-ErrorType",
                type);
    }

    Optional<Rejection> classify(String service) {
        return RejectionClassifier.classify(status, headers::get, body, service, SIGNED_AT, Secrets.NONE);
    }

    Optional<Cause> cause(String service) {
        return classify(service).map(Rejection::cause);
    }

    Optional<Cause> cause() {
        return cause("execute-api");
    }
}
