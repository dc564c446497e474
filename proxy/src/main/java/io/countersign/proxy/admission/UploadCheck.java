package io.countersign.proxy.admission;

import io.countersign.proxy.fields.AwsChunked;
import io.countersign.proxy.fields.AwsChunkedFields;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.local.UploadResponses;
import io.countersign.proxy.route.FramedUploads;
import io.countersign.proxy.route.RouteConfig;
import java.util.Optional;

/** Refuses bodies in {@code aws-chunked} form that the route cannot sign anew, before anything of them is read. */
final class UploadCheck {
    private UploadCheck() {}

    static Optional<LocalResponse> refusal(Head head, RouteConfig route) {
        if (route.signing().isEmpty()) {
            return Optional.empty();
        }
        AwsChunked said = AwsChunkedFields.read(head.fields());
        if (said instanceof AwsChunked.Absent) {
            return Optional.empty();
        }
        Optional<String> why = unsignable(said, route);
        if (why.isPresent()) {
            return why.map(UploadResponses::unsupported);
        }
        return said instanceof AwsChunked.Malformed malformed
                ? Optional.of(LocalResponses.malformed(malformed.why()))
                : wrongLength((AwsChunked.Framed) said, head.contentLength());
    }

    private static Optional<String> unsignable(AwsChunked said, RouteConfig route) {
        return FramedUploads.refusal(route).or(() -> {
            if (said instanceof AwsChunked.Unknown unknown) {
                return Optional.of(unknown.form()
                        .map(form -> "the body is framed as " + form + ", which cannot be signed anew")
                        .orElse("the body is framed as aws-chunked, and x-amz-content-sha256 does not say in"
                                + " which form"));
            }
            if (said instanceof AwsChunked.Framed frames
                    && frames.form().isSigned()
                    && !FramedUploads.signsChunks(route)) {
                return Optional.of("the body is framed as " + frames.form().value()
                        + ", whose chunks cannot be signed with signature = v4a");
            }
            return said instanceof AwsChunked.Framed frames
                            && !frames.form().isSigned()
                            && !FramedUploads.protectsUnsigned(route)
                    ? Optional.of("the body is framed as " + frames.form().value()
                            + ", which leaves it to TLS to protect, and an upstream of this route is http")
                    : Optional.empty();
        });
    }

    private static Optional<LocalResponse> wrongLength(AwsChunked.Framed frames, long length) {
        return length >= 0 && length <= frames.decodedLength()
                ? Optional.of(LocalResponses.malformed("the body of " + length + " bytes is too short for the "
                        + frames.decodedLength() + " bytes of x-amz-decoded-content-length and their frames"))
                : Optional.empty();
    }
}
