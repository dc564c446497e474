package io.countersign.proxy.fields;

import io.countersign.sigv4.StreamingPayload;
import java.util.List;
import java.util.Optional;

/**
 * What a request's fields say of a body in {@code aws-chunked} form: S3's own frame of chunks, with signatures or checksums between
 * the data.
 *
 * <p>Its signature covers the frame, in a way of its own. Signed as a plain body, the frame would become the object: S3 answers
 * 200, and what it stores is corrupt.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html">Signature Calculations for the
 *     Authorization Header: Transferring Payload in Multiple Chunks</a>
 */
public sealed interface AwsChunked {
    /** No field speaks of such a frame. */
    record Absent() implements AwsChunked {}

    /**
     * A frame in a form that can be signed.
     *
     * @param decodedLength bytes of the object
     * @param trailers names in lower case, in the order in which they are announced; at least one where the form has trailers
     */
    record Framed(StreamingPayload form, long decodedLength, List<String> trailers) implements AwsChunked {}

    /** Fields that contradict each other or cannot be read; {@code why} says which, as a sentence. */
    record Malformed(String why) implements AwsChunked {}

    /**
     * A frame in a form that we don't know.
     *
     * @param form its name, where it has one
     */
    record Unknown(Optional<String> form) implements AwsChunked {}
}
