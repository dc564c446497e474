package io.countersign.gateway.console.serve;

import io.countersign.gateway.console.api.Json;
import io.countersign.proxy.admin.http.Response;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Every answer that says why not: problem+json (RFC 9457). */
final class Problems {
    private Problems() {}

    /** @param detail one sentence that says what would be right */
    static Response response(HttpResponseStatus status, String detail) {
        String body = Json.object()
                .with("type", "about:blank")
                .with("title", status.reasonPhrase())
                .with("status", status.code())
                .with("detail", detail)
                .written();
        return new Response(
                status, "application/problem+json", Map.of(), (body + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
