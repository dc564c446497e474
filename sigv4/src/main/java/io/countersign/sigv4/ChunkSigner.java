package io.countersign.sigv4;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Signs the chunks of one payload, each over the signature before it; the first over that of the request's head. From
 * {@link HeaderSigner#chunks}.
 *
 * <p>Not thread-safe. The chunks are to be signed in their order, each once, the empty one at the end included.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html">Signature Calculations for the
 *     Authorization Header: Transferring Payload in Multiple Chunks</a>
 */
public final class ChunkSigner {
    private static final byte[] PAYLOAD = ascii("AWS4-HMAC-SHA256-PAYLOAD\n");
    private static final byte[] TRAILER = ascii("AWS4-HMAC-SHA256-TRAILER\n");
    private static final byte[] EMPTY = ascii(PayloadHash.EMPTY + "\n");

    private final Seal seal;
    private final byte[] date;
    private final byte[] scope;
    private final ByteText stringToSign = new ByteText(384);
    private final ByteText previous = new ByteText(2 * Sha256.LENGTH);

    /** @param seed the signature of the request's head */
    ChunkSigner(SigningKey key, AmzDate date, String seed) {
        this.seal = key.seal();
        this.date = date.bytes();
        this.scope = key.scope();
        previous.appendAscii(seed);
    }

    /**
     * Signs the next chunk.
     *
     * @param hash SHA-256 of the chunk's data, in 64 lower-case hex digits; {@link PayloadHash#EMPTY} for the last chunk
     * @return what follows {@code chunk-signature=}: 64 lower-case hex digits, in ASCII
     */
    public byte[] chunk(String hash) {
        begin(PAYLOAD);
        stringToSign.append(EMPTY);
        return end(hash);
    }

    /**
     * Signs the trailers, after the last chunk.
     *
     * @param hash SHA-256, in 64 lower-case hex digits, of the trailers in their canonical form: sorted by name, each
     *     {@code name:value} with its name in lower case, and a line feed after each
     * @return the value of {@code x-amz-trailer-signature}: 64 lower-case hex digits, in ASCII
     * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html">Signature Calculations for
     *     the Authorization Header: Including Trailing Headers</a>
     */
    public byte[] trailer(String hash) {
        begin(TRAILER);
        return end(hash);
    }

    private void begin(byte[] kind) {
        ByteText to = stringToSign;
        to.clear();
        to.append(kind);
        to.append(date);
        to.append('\n');
        to.append(scope);
        to.append('\n');
        to.append(previous);
        to.append('\n');
    }

    private byte[] end(String hash) {
        stringToSign.appendAscii(hash);
        previous.clear();
        seal.sign(stringToSign, previous);
        return Arrays.copyOf(previous.bytes(), previous.length());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
