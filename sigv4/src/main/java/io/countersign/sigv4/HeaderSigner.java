package io.countersign.sigv4;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Signs a request in its {@code Authorization} header.
 *
 * <p>Not thread-safe: one for each event loop. It keeps its buffers, its digests and the keys it derived. What is
 * signed is what the request lists, and {@code x-amz-date}, and token and content hash as the context has it; which
 * headers are worth listing is the caller's choice.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">Create a
 *     signed AWS API request</a>
 */
public final class HeaderSigner {
    private static final byte[] CREDENTIAL = ascii("AWS4-HMAC-SHA256 Credential=");
    private static final byte[] SIGNED_HEADERS = ascii(", SignedHeaders=");
    private static final byte[] SIGNATURE = ascii(", Signature=");

    private final SignatureCalculator calculator = new SignatureCalculator();
    private final OctetBuffer authorization = new OctetBuffer(512);

    /**
     * Signs, and answers what to add to the message.
     *
     * @throws IllegalArgumentException if there is no host among the headers, or a name that is no field name
     */
    public SignedHeaders sign(SigningRequest request, SigningContext context, AwsCredentials keys, Instant time) {
        SigningKey key = key(context, keys, time);
        byte[] signature = calculate(request, context, key);

        OctetBuffer text = authorization;
        text.clear();
        text.append(CREDENTIAL);
        text.append(key.credential());
        text.append(SIGNED_HEADERS);
        text.append(calculator.signedHeaders);
        text.append(SIGNATURE);
        text.append(signature);
        return new SignedHeaders(
                calculator.date.text(),
                keys.sessionToken(),
                context.contentSha256Header() ? request.payloadHash() : null,
                text.toAscii());
    }

    /** Every intermediate text of what {@link #sign} does with the same arguments. */
    public Explanation explain(SigningRequest request, SigningContext context, AwsCredentials keys, Instant time) {
        SigningKey key = key(context, keys, time);
        calculate(request, context, key);
        return calculator.explain(key);
    }

    private SigningKey key(SigningContext context, AwsCredentials keys, Instant time) {
        calculator.date.set(time);
        return calculator.keys.get(keys, calculator.date, context);
    }

    private byte[] calculate(SigningRequest request, SigningContext context, SigningKey key) {
        CanonicalHeaders headers = calculator.headers;
        headers.read(request.headers(), key.token() != null, context.contentSha256Header());
        if (context.contentSha256Header()) {
            headers.addOwn("x-amz-content-sha256", request.payloadHash());
        }
        headers.addOwn("x-amz-date", calculator.date.octets());
        if (key.token() != null && context.signToken()) {
            headers.addOwn("x-amz-security-token", key.token());
        }
        calculator.sortHeaders();
        calculator.query.read(request.query());
        return calculator.calculate(request, context.pathStyle(), key);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
