package io.countersign.proxy.admin.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A response: a whole one, or one that lasts.
 *
 * @param fields header fields besides those that every response has, such as {@code content-encoding}
 * @param body empty where the response lasts
 * @param stream what is sent in place of a body
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Response(
        HttpResponseStatus status,
        String contentType,
        Map<String, String> fields,
        byte[] body,
        Optional<Stream> stream) {
    /** A whole response. */
    public Response(HttpResponseStatus status, String contentType, Map<String, String> fields, byte[] body) {
        this(status, contentType, fields, body, Optional.empty());
    }

    /** A page of plain text that ends in a line end. */
    public static Response text(HttpResponseStatus status, String text) {
        byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
        return new Response(status, "text/plain; charset=utf-8", Map.of(), body);
    }

    /** A response that lasts; only for a resource that {@link Resource#isStream}. */
    public static Response stream(String contentType, Stream stream) {
        return new Response(HttpResponseStatus.OK, contentType, Map.of(), new byte[0], Optional.of(stream));
    }

    /** The same with one more header field. */
    public Response with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(fields);
        more.put(name, value);
        return new Response(status, contentType, Map.copyOf(more), body, stream);
    }
}
