package io.countersign.standin.verify;

import io.countersign.standin.wire.HeaderLine;
import io.countersign.standin.wire.RequestHead;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * The AWS SDK's opinion of a signature.
 *
 * <p>The SDK's signer chooses for itself what it signs: nearly every header it is given, and always {@code
 * x-amz-content-sha256}. So it is given exactly the signed headers, and where these leave out one that it would add, or
 * name one that it ignores, it has no opinion.
 */
final class SdkSignature {
    /** The signer makes these itself. */
    private static final Set<String> MADE =
            Set.of("host", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token");
    /** The signer signs none of these, whatever it is given. */
    private static final Set<String> IGNORED =
            Set.of("connection", "x-amzn-trace-id", "user-agent", "expect", "transfer-encoding", "authorization");

    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final PathMode pathMode;

    SdkSignature(PathMode pathMode) {
        this.pathMode = pathMode;
    }

    /** Whether the SDK signs as the request does; empty where its signer can't express the request. */
    Optional<Boolean> agrees(
            RequestHead head, byte[] body, AuthorizationHeader authorization, Instant at, Credential credential) {
        List<String> signed = authorization.signedHeaders();
        String hash = head.first("x-amz-content-sha256").orElse("");
        if (authorization.algorithm() != Algorithm.HMAC
                || !signed.contains("host")
                || !signed.contains("x-amz-date")
                || !signed.contains("x-amz-content-sha256")
                || signed.stream().anyMatch(IGNORED::contains)
                || (hash.startsWith("UNSIGNED") && pathMode != PathMode.S3)) {
            return Optional.empty();
        }
        Optional<SdkHttpRequest> request = request(head, signed);
        if (request.isEmpty()) {
            return Optional.empty();
        }
        boolean signsToken = signed.contains("x-amz-security-token");
        AwsCredentialsIdentity identity = signsToken
                ? AwsSessionCredentialsIdentity.create(
                        credential.accessKey(),
                        credential.secretKey(),
                        credential.token().orElse(""))
                : AwsCredentialsIdentity.create(credential.accessKey(), credential.secretKey());
        SignedRequest result = signer.sign(r -> r.identity(identity)
                .request(request.get())
                .payload(() -> new ByteArrayInputStream(body))
                .putProperty(AwsV4HttpSigner.REGION_NAME, authorization.region().orElseThrow())
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, authorization.service())
                .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, pathMode == PathMode.EXECUTE_API)
                .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, pathMode == PathMode.EXECUTE_API)
                .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, !hash.equals("UNSIGNED-PAYLOAD"))
                .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(at, ZoneOffset.UTC)));
        return result.request()
                .firstMatchingHeader("Authorization")
                .map(line -> line.endsWith("Signature=" + authorization.signature()));
    }

    private Optional<SdkHttpRequest> request(RequestHead head, List<String> signed) {
        String host = head.first("host").orElse("");
        int colon = host.endsWith("]") ? -1 : host.lastIndexOf(':');
        SdkHttpMethod method;
        try {
            method = SdkHttpMethod.fromValue(head.method());
        } catch (IllegalArgumentException unknown) {
            return Optional.empty();
        }
        // The SDK writes the port unless it is https's own, which a client may nevertheless have written.
        if (host.endsWith(":443") || !isAscii(head.raw())) {
            return Optional.empty();
        }
        if (pathMode == PathMode.EXECUTE_API && climbsAboveRoot(head.path())) {
            return Optional.empty();
        }
        SdkHttpRequest.Builder request = SdkHttpRequest.builder()
                .method(method)
                .protocol("https")
                .host(colon < 0 ? host : host.substring(0, colon))
                .port(colon < 0 ? 443 : Integer.parseInt(host.substring(colon + 1)))
                .encodedPath(head.path());
        for (CanonicalQuery.Parameter parameter : CanonicalQuery.parse(head.query())) {
            Optional<String> name = utf8(parameter.name());
            Optional<String> value = utf8(parameter.value());
            if (name.isEmpty() || value.isEmpty()) {
                return Optional.empty();
            }
            request.appendRawQueryParameter(name.get(), value.get());
        }
        for (HeaderLine line : head.headers()) {
            String name = line.name().toLowerCase(Locale.ROOT);
            if (signed.contains(name) && !MADE.contains(name)) {
                request.appendHeader(name, line.value());
            }
        }
        return Optional.of(request.build());
    }

    /** There the SDK's normalisation is java.net.URI's, which keeps the dots that RFC 3986 section 5.2.4 drops. */
    private static boolean climbsAboveRoot(String path) {
        int depth = 0;
        for (String segment : path.split("/", -1)) {
            depth += segment.equals("..") ? -1 : segment.isEmpty() || segment.equals(".") ? 0 : 1;
            if (depth < 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    /** Bytes as the text whose UTF-8 they are; the SDK has strings, and so can't say what is no UTF-8. */
    private static Optional<String> utf8(String octets) {
        byte[] bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
        String text = new String(bytes, StandardCharsets.UTF_8);
        return Arrays.equals(bytes, text.getBytes(StandardCharsets.UTF_8)) ? Optional.of(text) : Optional.empty();
    }
}
