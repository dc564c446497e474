package io.countersign.sigv4;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Signs a request in its {@code Authorization} header.
 *
 * <p>Not thread-safe: use one for each thread. It keeps its buffers, its digests and the signing keys that it derived. It
 * signs the headers that the request lists, {@code x-amz-date}, and the token, content hash and region set as the context says; which
 * headers are worth listing is the caller's choice.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">Create a
 *     signed AWS API request</a>
 */
public final class HeaderSigner {
    private static final byte[] CREDENTIAL = ascii(" Credential=");
    private static final byte[] SIGNED_HEADERS = ascii(", SignedHeaders=");
    private static final byte[] SIGNATURE = ascii(", Signature=");

    private final SignatureCalculator calculator = new SignatureCalculator();
    private final ByteText authorization = new ByteText(512);

    /** A signer that has derived no signing keys yet. */
    public HeaderSigner() {}

    /**
     * Signs a request.
     *
     * @param request what to sign
     * @param context region, service and what is added
     * @param credentials to sign with
     * @param time of the signature; AWS tolerates five minutes of difference
     * @return the header fields to add to the message
     * @throws IllegalArgumentException if there is no host among the headers, or a name that is not a field name
     */
    public SignedHeaders sign(
            SigningRequest request, SigningContext context, AwsCredentials credentials, Instant time) {
        SigningKey key = key(context, credentials, time);
        ByteText signature = calculate(request, context, key);

        ByteText text = authorization;
        text.clear();
        text.appendAscii(context.algorithm().text());
        text.append(CREDENTIAL);
        text.append(key.credential());
        text.append(SIGNED_HEADERS);
        text.append(calculator.signedHeaders);
        text.append(SIGNATURE);
        text.append(signature);
        return new SignedHeaders(
                calculator.date.text(),
                credentials.sessionToken(),
                context.contentSha256Header() ? request.payloadHash() : null,
                context.regionSet(),
                text.toAscii());
    }

    /**
     * Every intermediate text of what {@link #sign} does with the same arguments.
     *
     * @param request what to sign
     * @param context region, service and what is added
     * @param credentials to sign with
     * @param time of the signature; AWS tolerates five minutes of difference
     * @return the texts
     * @throws IllegalArgumentException as for {@link #sign}
     */
    public Explanation explain(
            SigningRequest request, SigningContext context, AwsCredentials credentials, Instant time) {
        SigningKey key = key(context, credentials, time);
        calculate(request, context, key);
        return calculator.explain(key);
    }

    /**
     * Signs the chunks of a payload whose head was signed with {@link #sign}, and a {@link StreamingPayload} for its hash.
     *
     * @param head what {@link #sign} returned
     * @param context that the head was signed with
     * @param credentials that the head was signed with
     * @param time that the head was signed with
     * @return a signer for this one payload
     * @throws IllegalArgumentException if the algorithm is not {@link SignatureAlgorithm#V4}: the signatures of V4A's chunks
     *     are padded to a length that is known in advance, which is not built here
     */
    public ChunkSigner chunks(SignedHeaders head, SigningContext context, AwsCredentials credentials, Instant time) {
        if (context.algorithm() != SignatureAlgorithm.V4) {
            throw new IllegalArgumentException("chunks are signed with V4 alone, not with " + context.algorithm());
        }
        return new ChunkSigner(key(context, credentials, time), calculator.date, head.signature());
    }

    private SigningKey key(SigningContext context, AwsCredentials credentials, Instant time) {
        calculator.date.set(time);
        return calculator.keys.get(credentials, calculator.date, context);
    }

    private ByteText calculate(SigningRequest request, SigningContext context, SigningKey key) {
        CanonicalHeaders headers = calculator.headers;
        headers.read(request.headers(), context, key.token() != null);
        if (context.contentSha256Header()) {
            headers.addOwn("x-amz-content-sha256", request.payloadHash());
        }
        headers.addOwn("x-amz-date", calculator.date.bytes());
        if (context.regionSet() != null) {
            headers.addOwn("x-amz-region-set", context.regionSet());
        }
        if (key.token() != null && context.signToken()) {
            headers.addOwn("x-amz-security-token", key.token());
        }
        calculator.sortHeaders();
        calculator.query.read(request.query());
        return calculator.calculate(request, context, key);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
