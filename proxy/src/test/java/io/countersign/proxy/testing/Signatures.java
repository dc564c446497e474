package io.countersign.proxy.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.testing.AwsFrames;
import java.net.URLDecoder;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * Checks a signature the way the service does: computes it anew from what arrived, with the AWS SDK's signer, over
 * exactly the fields that the request says are signed.
 */
public final class Signatures {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern AUTHORIZATION = Pattern.compile(
            "AWS4-HMAC-SHA256 Credential=([^/]+)/(\\d{8})/([^/]+)/([^/]+)/aws4_request, ?SignedHeaders=([^,]+),"
                    + " ?Signature=([0-9a-f]{64})");

    /** What the signer puts there by itself, from the request's host, the clock, the body and the credentials. */
    private static final Set<String> SIGNERS_OWN =
            Set.of("host", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token");

    private Signatures() {}

    /** Names that are signed, as the request's own Authorization lists them. */
    public static Set<String> signedNames(ReceivedRequest request) {
        return Set.of(authorization(request).group(5).split(";", -1));
    }

    /** Fails unless the request carries the very signature that the test proxy's credentials make. */
    public static void verify(ReceivedRequest request) {
        Matcher sent = authorization(request);
        assertEquals(TestProxy.ACCESS_KEY, sent.group(1), "access key");
        assertEquals(sent.group(2), request.head().value("x-amz-date").substring(0, 8), "date of the scope");
        Matcher computed = AUTHORIZATION.matcher(sign(request, sent)
                .request()
                .firstMatchingHeader("Authorization")
                .orElseThrow());
        if (!computed.matches()) {
            throw new AssertionError("the SDK's signer gave: " + computed);
        }
        assertEquals(
                computed.group(5),
                sent.group(5),
                "signed headers of\n" + request.head().text());
        assertEquals(
                computed.group(6),
                sent.group(6),
                "signature of\n" + request.head().text());
    }

    /**
     * Fails unless the head of an upload in frames carries the signature that the test proxy's credentials make, computed by the
     * book: the SDK's signer would choose the fields itself.
     *
     * @return what the signatures of its chunks are made with
     */
    public static AwsFrames.Signing verifyFramed(Head head) {
        Matcher sent = authorization(head);
        String scope = String.join("/", sent.group(2), sent.group(3), sent.group(4), "aws4_request");
        StringBuilder canonical = new StringBuilder(head.method() + "\n" + head.target() + "\n\n");
        for (String name : sent.group(5).split(";", -1)) {
            canonical.append(name).append(':').append(head.value(name)).append('\n');
        }
        canonical.append('\n').append(sent.group(5)).append('\n').append(head.value("x-amz-content-sha256"));
        String date = head.value("x-amz-date");
        String toSign = String.join("\n", "AWS4-HMAC-SHA256", date, scope, AwsFrames.sha256(canonical.toString()));
        assertEquals(AwsFrames.sign(TestProxy.SECRET, scope, toSign), sent.group(6), "signature of\n" + head.text());
        return new AwsFrames.Signing(TestProxy.SECRET, date, scope, sent.group(6));
    }

    private static SignedRequest sign(ReceivedRequest request, Matcher sent) {
        Instant at = Instant.from(DATE.parse(request.head().value("x-amz-date")));
        return AwsV4HttpSigner.create()
                .sign(sign -> sign.identity(AwsSessionCredentialsIdentity.create(
                                TestProxy.ACCESS_KEY, TestProxy.SECRET, TestProxy.TOKEN))
                        .request(asSdkRequest(request))
                        .payload(ContentStreamProvider.fromByteArray(
                                request.body().getBytes(ISO_8859_1)))
                        .putProperty(AwsV4HttpSigner.REGION_NAME, sent.group(3))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, sent.group(4))
                        .putProperty(
                                AwsV4HttpSigner.DOUBLE_URL_ENCODE,
                                !sent.group(4).equals("s3"))
                        .putProperty(
                                AwsV4HttpSigner.NORMALIZE_PATH, !sent.group(4).equals("s3"))
                        .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, !isUnsigned(request))
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(at, ZoneOffset.UTC)));
    }

    /** The SDK leaves a payload unsigned over https alone. */
    private static boolean isUnsigned(ReceivedRequest request) {
        return request.head().values("x-amz-content-sha256").contains("UNSIGNED-PAYLOAD");
    }

    private static SdkHttpRequest asSdkRequest(ReceivedRequest request) {
        Head head = request.head();
        int question = head.target().indexOf('?');
        String path = question < 0 ? head.target() : head.target().substring(0, question);
        String host = head.value("host");
        int colon = host.lastIndexOf(':');
        SdkHttpRequest.Builder builder = SdkHttpRequest.builder()
                .method(SdkHttpMethod.fromValue(head.method()))
                .protocol(colon < 0 || isUnsigned(request) ? "https" : "http")
                .host(colon < 0 ? host : host.substring(0, colon))
                .port(colon < 0 ? 443 : Integer.parseInt(host.substring(colon + 1)))
                .encodedPath(path);
        if (question >= 0) {
            for (String parameter : head.target().substring(question + 1).split("&", -1)) {
                int equals = parameter.indexOf('=');
                String name = equals < 0 ? parameter : parameter.substring(0, equals);
                String value = equals < 0 ? "" : parameter.substring(equals + 1);
                if (!parameter.isEmpty()) {
                    builder.appendRawQueryParameter(decoded(name), decoded(value));
                }
            }
        }
        for (String name : signedNames(request)) {
            if (!SIGNERS_OWN.contains(name)) {
                head.values(name).forEach(value -> builder.appendHeader(name, value));
            }
        }
        return builder.build();
    }

    /** Percent-decoding alone: on the wire a plus never stands for a space, since it is always escaped. */
    private static String decoded(String encoded) {
        return URLDecoder.decode(encoded.replace("+", "%2B"), UTF_8);
    }

    private static Matcher authorization(ReceivedRequest request) {
        return authorization(request.head());
    }

    private static Matcher authorization(Head head) {
        Matcher matcher = AUTHORIZATION.matcher(head.value("authorization"));
        if (!matcher.matches()) {
            throw new AssertionError("not an AWS4-HMAC-SHA256 authorization: " + head.value("authorization"));
        }
        return matcher;
    }
}
