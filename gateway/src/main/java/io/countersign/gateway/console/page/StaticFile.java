package io.countersign.gateway.console.page;

import io.countersign.proxy.admin.http.ConsoleResource;
import io.countersign.proxy.admin.http.Gzip;
import io.countersign.proxy.admin.http.Request;
import io.countersign.proxy.admin.http.Response;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One file of the page, compressed once. It lets a browser load nothing from elsewhere, run nothing that stands within a page, and show it in no frame. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StaticFile(String path, byte[] plain, byte[] compressed, Map<String, String> fields, Optional<String> tag)
        implements ConsoleResource {
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private static final Map<String, String> SAFETY = Map.of(
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                    + " require-trusted-types-for 'script'; trusted-types 'none'",
            "referrer-policy",
            "no-referrer",
            "cross-origin-opener-policy",
            "same-origin",
            "cross-origin-resource-policy",
            "same-origin",
            "permissions-policy",
            "camera=(), geolocation=(), microphone=()",
            "vary",
            "accept-encoding");

    /** A file whose path changes with its content. */
    static StaticFile kept(String path, String name, byte[] content) {
        return of(
                path, name, content, Map.of("cache-control", "public, max-age=31536000, immutable"), Optional.empty());
    }

    /** A file that a browser asks for each time, naming the version that it has. */
    static StaticFile asked(String path, String name, byte[] content, String hash) {
        // Weak: the compressed one is the same file, and not the same bytes (RFC 9110 section 8.8.1).
        String tag = "W/\"" + hash + "\"";
        return of(path, name, content, Map.of("cache-control", "no-cache", "etag", tag), Optional.of(tag));
    }

    private static StaticFile of(
            String path, String name, byte[] content, Map<String, String> more, Optional<String> tag) {
        Map<String, String> fields = Stream.of(
                        SAFETY, more, Map.of("content-type", TYPES.get(name.substring(name.lastIndexOf('.') + 1))))
                .flatMap(each -> each.entrySet().stream())
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
        return new StaticFile(path, content, Gzip.compress(content), fields, tag);
    }

    @Override
    public boolean isListed() {
        return false;
    }

    @Override
    public void handle(Request request, Consumer<Response> response) {
        response.accept(answer(request));
    }

    private Response answer(Request request) {
        String type = fields.get("content-type");
        if (tag.isPresent() && isKnown(request)) {
            return new Response(HttpResponseStatus.NOT_MODIFIED, type, fields, new byte[0]);
        }
        if (!Gzip.isWanted(request)) {
            return new Response(HttpResponseStatus.OK, type, fields, plain);
        }
        return new Response(HttpResponseStatus.OK, type, fields, compressed).with("content-encoding", "gzip");
    }

    /** Compared weakly (RFC 9110 section 13.1.2). */
    private boolean isKnown(Request request) {
        return request.headers().getAll(HttpHeaderNames.IF_NONE_MATCH).stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::strip)
                .anyMatch(each -> each.equals("*") || each.equals(tag.get()) || ("W/" + each).equals(tag.get()));
    }
}
