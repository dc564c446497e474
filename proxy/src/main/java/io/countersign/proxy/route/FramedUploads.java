package io.countersign.proxy.route;

import io.countersign.proxy.signing.SignatureIn;
import io.countersign.proxy.signing.SigningConfig;
import java.util.Optional;

/**
 * Whether a route that signs can sign bodies in {@code aws-chunked} form anew. Of a route with several upstreams each has to be good
 * for it: to which one a body goes is not known when it is let in.
 */
public final class FramedUploads {
    private FramedUploads() {}

    /** Why it can't sign any, as a sentence; empty where it can. */
    public static Optional<String> refusal(RouteConfig route) {
        return route.ways().stream().flatMap(way -> refusalOf(way).stream()).findFirst();
    }

    private static Optional<String> refusalOf(RouteConfig route) {
        SigningConfig signing = route.signing().orElseThrow();
        if (!signing.takesAwsChunked()) {
            return Optional.of("the body is framed as aws-chunked, which " + signing.service() + " does not take");
        }
        return signing.signatureIn() instanceof SignatureIn.Query
                ? Optional.of(
                        "the body is framed as aws-chunked, and this route signs in the query, which cannot say so")
                : Optional.empty();
    }

    /** Whether it signs chunks: those of V4A are padded to a length of their own, which is not built here. */
    public static boolean signsChunks(RouteConfig route) {
        return route.ways().stream()
                .noneMatch(way -> way.signing().orElseThrow().isAsymmetric());
    }

    /** Whether TLS protects a body that no signature covers; as {@code payload = unsigned} asks for. */
    public static boolean protectsUnsigned(RouteConfig route) {
        return route.ways().stream().allMatch(way -> way.upstream().tls());
    }
}
