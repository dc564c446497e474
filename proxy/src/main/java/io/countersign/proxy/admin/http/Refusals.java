package io.countersign.proxy.admin.http;

import io.countersign.proxy.wire.DecodeFault;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the server says in place of a resource. */
final class Refusals {
    private Refusals() {}

    static Refusal unknownPath(Set<String> known) {
        return new Refusal(HttpResponseStatus.NOT_FOUND, "not here; known: " + String.join(" ", known));
    }

    static Refusal wrongMethod(Resource resource) {
        TreeSet<String> names = new TreeSet<>();
        resource.methods().forEach(method -> names.add(method.name()));
        if (names.contains("GET")) {
            names.add("HEAD");
        }
        String allowed = String.join(", ", names);
        return new Refusal(HttpResponseStatus.METHOD_NOT_ALLOWED, "allowed here: " + allowed, Map.of("allow", allowed));
    }

    static Refusal bodyTooLarge(Resource resource) {
        return new Refusal(
                HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                resource.maxBody() == 0
                        ? "no request body is taken here"
                        : "the request body is larger than " + resource.maxBody() + " bytes");
    }

    static Refusal tooMany() {
        return new Refusal(
                HttpResponseStatus.SERVICE_UNAVAILABLE, "too many such requests at once", Map.of("retry-after", "1"));
    }

    static Refusal failed() {
        return new Refusal(HttpResponseStatus.INTERNAL_SERVER_ERROR, "failed, see the log");
    }

    static Refusal notTls() {
        return new Refusal(HttpResponseStatus.BAD_REQUEST, "this port speaks TLS; write https:// in place of http://");
    }

    /** @param max bytes that a head may have */
    static Refusal unreadableHead(DecoderResult result, int max) {
        return switch (kind(result)) {
            case START_LINE_TOO_LONG, HEAD_TOO_LARGE ->
                new Refusal(
                        HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                        "request line or head too long; a head may have " + max / 1024
                                + " KiB, half of it for the line");
            case TOO_MANY_FIELDS ->
                new Refusal(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "too many header fields");
            case MALFORMED, BODY_TOO_LARGE, VERSION, HTTP_2, INTERNAL -> malformed();
        };
    }

    static Refusal unreadableBody(DecoderResult result, Resource resource) {
        return kind(result) == DecodeFault.Kind.BODY_TOO_LARGE ? bodyTooLarge(resource) : malformed();
    }

    private static Refusal malformed() {
        return new Refusal(HttpResponseStatus.BAD_REQUEST, "not a valid HTTP/1.1 request");
    }

    private static DecodeFault.Kind kind(DecoderResult result) {
        return result.cause() instanceof DecodeFault fault ? fault.kind() : DecodeFault.Kind.INTERNAL;
    }
}
