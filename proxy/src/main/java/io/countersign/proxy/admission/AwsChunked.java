package io.countersign.proxy.admission;

import io.countersign.proxy.fields.ListField;
import io.countersign.proxy.fields.RequestFields;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.Locale;

/**
 * Knows a body in {@code aws-chunked} form: S3's own frame of chunks, with signatures or checksums between the data.
 *
 * <p>Its signature covers the frame, in a way of its own. Signed as a plain body, the frame would become the object: S3 answers
 * 200, and what it stores is corrupt.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html">Signature Calculations for the
 *     Authorization Header: Transferring Payload in Multiple Chunks</a>
 */
final class AwsChunked {
    private static final String PAYLOAD = "STREAMING-";
    private static final String CODING = "aws-chunked";

    // Fields that go with it and with nothing else.
    private static final AsciiString DECODED_LENGTH = AsciiString.cached("x-amz-decoded-content-length");
    private static final AsciiString TRAILER = AsciiString.cached("x-amz-trailer");

    private AwsChunked() {}

    /** Whether any of a request's fields says so, in any case and in any of its lines. */
    static boolean isAnnounced(HttpHeaders fields) {
        for (String hash : fields.getAll(RequestFields.PAYLOAD_HASH)) {
            if (hash.regionMatches(true, 0, PAYLOAD, 0, PAYLOAD.length())) {
                return true;
            }
        }
        // In quotes or with a parameter too: neither is a coding, and whoever decodes it may not mind.
        return ListField.any(
                        fields.getAll(HttpHeaderNames.CONTENT_ENCODING),
                        coding -> coding.toLowerCase(Locale.ROOT).contains(CODING))
                || fields.contains(DECODED_LENGTH)
                || fields.contains(TRAILER);
    }
}
