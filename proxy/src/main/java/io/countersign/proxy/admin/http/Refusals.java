package io.countersign.proxy.admin.http;

import io.countersign.proxy.wire.DecodeFault;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Set;
import java.util.TreeSet;

/** The responses that the server makes in place of a resource. */
final class Refusals {
    private Refusals() {}

    static Response unknownPath(Set<String> known) {
        return Response.text(HttpResponseStatus.NOT_FOUND, "not here; known: " + String.join(" ", known));
    }

    static Response wrongMethod(Resource resource) {
        TreeSet<String> names = new TreeSet<>();
        resource.methods().forEach(method -> names.add(method.name()));
        if (names.contains("GET")) {
            names.add("HEAD");
        }
        String allowed = String.join(", ", names);
        return Response.text(HttpResponseStatus.METHOD_NOT_ALLOWED, "allowed here: " + allowed)
                .with("allow", allowed);
    }

    static Response bodyTooLarge(Resource resource) {
        return Response.text(
                HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                resource.maxBody() == 0
                        ? "no request body is taken here"
                        : "the request body is larger than " + resource.maxBody() + " bytes");
    }

    static Response tooMany() {
        return Response.text(HttpResponseStatus.SERVICE_UNAVAILABLE, "too many such requests at once");
    }

    static Response failed() {
        return Response.text(HttpResponseStatus.INTERNAL_SERVER_ERROR, "failed, see the log");
    }

    /** @param max bytes that a head may have */
    static Response unreadableHead(DecoderResult result, int max) {
        return switch (kind(result)) {
            case START_LINE_TOO_LONG, HEAD_TOO_LARGE ->
                Response.text(
                        HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                        "request line or head too long; a head may have " + max / 1024
                                + " KiB, half of it for the line");
            case TOO_MANY_FIELDS ->
                Response.text(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "too many header fields");
            case MALFORMED, BODY_TOO_LARGE, VERSION, HTTP_2, INTERNAL -> malformed();
        };
    }

    static Response unreadableBody(DecoderResult result, Resource resource) {
        return kind(result) == DecodeFault.Kind.BODY_TOO_LARGE ? bodyTooLarge(resource) : malformed();
    }

    private static Response malformed() {
        return Response.text(HttpResponseStatus.BAD_REQUEST, "not a valid HTTP/1.1 request");
    }

    private static DecodeFault.Kind kind(DecoderResult result) {
        return result.cause() instanceof DecodeFault fault ? fault.kind() : DecodeFault.Kind.INTERNAL;
    }
}
