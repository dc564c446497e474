package io.countersign.standin;

import io.countersign.standin.verify.Credential;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** A request for tests, signed with the AWS SDK's signer and turned into raw bytes; parts may be tampered with after. */
final class SignedRequest {
    String method = "POST";
    String target = "/prod/anything";
    byte[] body = new byte[0];
    String region = "us-east-1";
    String service = "execute-api";
    boolean pathAsIs;
    Instant at = Instant.now();
    final Map<String, String> headers = new LinkedHashMap<>();
    private final List<String> extraLines = new ArrayList<>();

    static SignedRequest post(String target, byte[] body) {
        SignedRequest request = new SignedRequest();
        request.target = target;
        request.body = body;
        return request;
    }

    static SignedRequest get(String target) {
        SignedRequest request = new SignedRequest();
        request.method = "GET";
        request.target = target;
        return request;
    }

    SignedRequest header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    SignedRequest at(Instant time) {
        at = time;
        return this;
    }

    /** A line that is sent and not signed. */
    SignedRequest unsignedLine(String line) {
        extraLines.add(line);
        return this;
    }

    /** Signs, and keeps the outcome in {@link #headers}. */
    SignedRequest sign(Credential credential) {
        AwsCredentialsIdentity identity = credential.token().isPresent()
                ? AwsSessionCredentialsIdentity.create(
                        credential.accessKey(),
                        credential.secretKey(),
                        credential.token().get())
                : AwsCredentialsIdentity.create(credential.accessKey(), credential.secretKey());
        int mark = target.indexOf('?');
        SdkHttpRequest.Builder sdk = SdkHttpRequest.builder()
                .method(SdkHttpMethod.fromValue(method))
                .uri(URI.create("https://localhost:443/"))
                .encodedPath(mark < 0 ? target : target.substring(0, mark));
        if (mark >= 0) {
            for (String pair : target.substring(mark + 1).split("&", -1)) {
                String[] parts = pair.split("=", 2);
                sdk.appendRawQueryParameter(decode(parts[0]), parts.length == 1 ? null : decode(parts[1]));
            }
        }
        headers.forEach(sdk::putHeader);
        SdkHttpRequest signed = AwsV4HttpSigner.create()
                .sign(r -> r.identity(identity)
                        .request(sdk.build())
                        .payload(() -> new ByteArrayInputStream(body))
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                        .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, !pathAsIs)
                        .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, !pathAsIs)
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(at, ZoneOffset.UTC)))
                .request();
        signed.headers().forEach((name, values) -> headers.put(name, values.get(0)));
        return this;
    }

    byte[] bytes() {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        extraLines.forEach(line -> head.append(line).append("\r\n"));
        if (body.length > 0 && headers.keySet().stream().noneMatch(n -> n.equalsIgnoreCase("content-length"))) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        head.append("\r\n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }

    private static String decode(String text) {
        return java.net.URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
