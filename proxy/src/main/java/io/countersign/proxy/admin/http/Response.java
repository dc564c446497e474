package io.countersign.proxy.admin.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A whole response.
 *
 * @param fields header fields besides those that every response has, such as {@code content-encoding}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Response(HttpResponseStatus status, String contentType, Map<String, String> fields, byte[] body) {
    /** A page of plain text that ends in a line end. */
    public static Response text(HttpResponseStatus status, String text) {
        byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
        return new Response(status, "text/plain; charset=utf-8", Map.of(), body);
    }

    /** The same with one more header field. */
    public Response with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(fields);
        more.put(name, value);
        return new Response(status, contentType, Map.copyOf(more), body);
    }
}
