package io.countersign.sigv4;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/**
 * Signs a request in its query: a presigned URL, which anyone who holds it may use until it expires.
 *
 * <p>Not thread-safe. The headers that the request lists are signed, and must be sent with the URL: usually only
 * {@code host}. With {@code contentSha256Header} that header is signed too, and the caller sends it. S3 expects
 * {@link SigningRequest#UNSIGNED_PAYLOAD} as the payload hash here, other services that of the body.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html">Authenticating Requests:
 *     Using Query Parameters</a>
 */
public final class QuerySigner {
    /** Seven days, the maximum that AWS allows. */
    public static final Duration MAX_EXPIRES = Duration.ofDays(7);

    private static final String TOKEN = "X-Amz-Security-Token";
    private static final String SIGNATURE = "X-Amz-Signature";
    private static final String REGION_SET = "X-Amz-Region-Set";
    private static final String[] OWN = {
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-SignedHeaders",
        "X-Amz-Expires",
        TOKEN,
        REGION_SET,
        SIGNATURE
    };

    private final SignatureCalculator calculator = new SignatureCalculator();

    /** A signer that has derived no signing keys yet. */
    public QuerySigner() {}

    /**
     * Signs a request.
     *
     * @param request what to sign
     * @param context region, service and what is added
     * @param credentials to sign with
     * @param time of the signature; AWS tolerates five minutes of difference
     * @param expires how long the URL is valid, in whole seconds
     * @return the query to send, without a {@code ?}: the request's own as it was, then the signer's parameters
     * @throws IllegalArgumentException if the query already has a parameter that the signer adds, there is no host among
     *     the headers, or {@code expires} is not between one second and {@link #MAX_EXPIRES}
     */
    public String signedQuery(
            SigningRequest request,
            SigningContext context,
            AwsCredentials credentials,
            Instant time,
            Duration expires) {
        SigningKey key = key(context, credentials, time);
        StringBuilder query = unsignedQuery(request, context, key, expires);
        ByteText signature = calculate(request, context, key, query);
        append(query, SIGNATURE, ascii(signature.toAscii()));
        if (key.token() != null && !context.signToken()) {
            append(query, TOKEN, key.token());
        }
        return query.toString();
    }

    /**
     * Every intermediate text of what {@link #signedQuery} does with the same arguments.
     *
     * @param request what to sign
     * @param context region, service and what is added
     * @param credentials to sign with
     * @param time of the signature; AWS tolerates five minutes of difference
     * @param expires how long the URL is valid, in whole seconds
     * @return the texts
     * @throws IllegalArgumentException as for {@link #signedQuery}
     */
    public Explanation explain(
            SigningRequest request,
            SigningContext context,
            AwsCredentials credentials,
            Instant time,
            Duration expires) {
        SigningKey key = key(context, credentials, time);
        calculate(request, context, key, unsignedQuery(request, context, key, expires));
        return calculator.explain(key);
    }

    private SigningKey key(SigningContext context, AwsCredentials credentials, Instant time) {
        calculator.date.set(time);
        return calculator.keys.get(credentials, calculator.date, context);
    }

    private StringBuilder unsignedQuery(
            SigningRequest request, SigningContext context, SigningKey key, Duration expires) {
        if (expires.compareTo(Duration.ofSeconds(1)) < 0 || expires.compareTo(MAX_EXPIRES) > 0) {
            throw new IllegalArgumentException("expires is " + expires.toSeconds() + " s; AWS takes 1 to "
                    + MAX_EXPIRES.toSeconds() + " s (seven days)");
        }
        requireUnsigned(request.query());
        readHeaders(request, context, key);

        StringBuilder query = new StringBuilder();
        if (request.query() != null) {
            query.append(request.query());
        }
        append(query, OWN[0], ascii(context.algorithm().text()));
        append(query, OWN[1], key.credential());
        append(query, OWN[2], calculator.date.bytes());
        append(query, OWN[3], ascii(calculator.signedHeaders.toAscii()));
        append(query, OWN[4], ascii(Long.toString(expires.toSeconds())));
        if (context.regionSet() != null) {
            append(query, REGION_SET, ascii(context.regionSet()));
        }
        if (key.token() != null && context.signToken()) {
            append(query, TOKEN, key.token());
        }
        return query;
    }

    private void requireUnsigned(String query) {
        calculator.query.read(query);
        for (String name : OWN) {
            if (calculator.query.occurrences(name) > 0) {
                throw new IllegalArgumentException(
                        "the query already has " + name + "; a request that is to be signed must come without it");
            }
        }
    }

    private void readHeaders(SigningRequest request, SigningContext context, SigningKey key) {
        calculator.headers.read(request.headers(), context, key.token() != null);
        if (context.contentSha256Header()) {
            calculator.headers.addOwn("x-amz-content-sha256", request.payloadHash());
        }
        calculator.sortHeaders();
    }

    private ByteText calculate(SigningRequest request, SigningContext context, SigningKey key, CharSequence query) {
        // The canonical query is that of the query as it will be sent, the signer's own parameters among it.
        calculator.query.read(query.toString());
        return calculator.calculate(request, context, key);
    }

    private static void append(StringBuilder query, String name, byte[] value) {
        ByteText encoded = new ByteText(3 * value.length);
        PercentEncoding.encode(value, 0, value.length, PercentEncoding.UNRESERVED, encoded);
        if (!query.isEmpty()) {
            query.append('&');
        }
        query.append(name).append('=').append(encoded.toAscii());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
