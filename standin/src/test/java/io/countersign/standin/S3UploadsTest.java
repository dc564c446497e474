package io.countersign.standin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.standin.stats.Counter;
import io.countersign.standin.verify.PathMode;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.checksums.DefaultChecksumAlgorithm;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Uploads as the AWS SDK's signer frames them, taken; and whatever was changed of them after that, refused as S3 does. */
class S3UploadsTest extends OneStandIn {
    /** Two whole chunks of the SDK's, and a part. */
    private static final int SIZE = 300_000;

    /** The SDK's chunks are of 128 KiB. */
    private static final int[] SIZES = {0, 1, 131_071, 131_072, 131_073, SIZE};

    /** A request in the SDK's frame: one Latin-1 character for each byte of the body. */
    private record Framed(SdkHttpRequest head, String body) {}

    @Override
    StandInOptions options() {
        return StandInOptions.defaults().withService("s3").withPathMode(PathMode.S3);
    }

    enum Kind {
        SIGNED,
        SIGNED_TRAILER,
        UNSIGNED_TRAILER
    }

    private static byte[] object(int size) {
        byte[] object = new byte[size];
        new Random(size).nextBytes(object);
        return object;
    }

    private Framed framed(Kind kind, byte[] object, ChecksumAlgorithm checksum) throws Exception {
        SignRequest.Builder<AwsCredentialsIdentity> request = SignRequest.builder(
                        AwsCredentialsIdentity.create(key.accessKey(), key.secretKey()))
                .request(SdkHttpRequest.builder()
                        .method(SdkHttpMethod.PUT)
                        .protocol("https")
                        .host("localhost")
                        .encodedPath("/bucket/key")
                        .putHeader("Content-Length", Integer.toString(object.length))
                        .build())
                .payload(ContentStreamProvider.fromByteArray(object))
                .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "s3")
                .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
                .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
                .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, kind != Kind.UNSIGNED_TRAILER)
                .putProperty(AwsV4FamilyHttpSigner.CHUNK_ENCODING_ENABLED, true);
        if (kind != Kind.SIGNED) {
            request.putProperty(AwsV4FamilyHttpSigner.CHECKSUM_ALGORITHM, checksum);
        }
        SignedRequest signed = AwsV4HttpSigner.create().sign(request.build());
        try (InputStream stream = signed.payload().orElseThrow().newStream()) {
            return new Framed(signed.request(), new String(stream.readAllBytes(), ISO_8859_1));
        }
    }

    private RawClient.Response send(SdkHttpRequest head, String body) throws Exception {
        StringBuilder request = new StringBuilder("PUT /bucket/key HTTP/1.1\r\n");
        head.headers()
                .forEach((name, values) -> values.forEach(
                        value -> request.append(name).append(": ").append(value).append("\r\n")));
        client.send(request.append("\r\n").append(body).toString());
        return client.read();
    }

    private void assertStored(byte[] object, Framed framed) throws Exception {
        RawClient.Response response = send(framed.head(), framed.body());
        assertEquals(200, response.status(), response.text());
        byte[] md5 = MessageDigest.getInstance("MD5").digest(object);
        assertEquals(
                '"' + HexFormat.of().formatHex(md5) + '"', response.headers().get("etag"));
    }

    static Stream<Arguments> everyChecksum() {
        return Stream.of(
                        DefaultChecksumAlgorithm.CRC32,
                        DefaultChecksumAlgorithm.CRC32C,
                        DefaultChecksumAlgorithm.SHA1,
                        DefaultChecksumAlgorithm.SHA256)
                .flatMap(checksum -> Stream.of(Kind.SIGNED_TRAILER, Kind.UNSIGNED_TRAILER)
                        .map(kind -> Arguments.of(kind, checksum)));
    }

    @ParameterizedTest
    @MethodSource("everyChecksum")
    void verifiesTrailers(Kind kind, ChecksumAlgorithm checksum) throws Exception {
        for (int size : SIZES) {
            assertStored(object(size), framed(kind, object(size), checksum));
        }
        assertEquals(0, standIn.stats().get(Counter.SDK_DISAGREED));
    }

    @Test
    void verifiesChunks() throws Exception {
        for (int size : SIZES) {
            assertStored(object(size), framed(Kind.SIGNED, object(size), DefaultChecksumAlgorithm.CRC32));
        }
        assertEquals(1 + 2 + 2 + 2 + 3 + 4, standIn.stats().get(Counter.SDK_CHECKED));
        assertEquals(0, standIn.stats().get(Counter.SDK_DISAGREED));
    }

    @ParameterizedTest
    @CsvSource({
        "SIGNED, data, 403, SignatureDoesNotMatch",
        "SIGNED, chunk-signature=, 403, SignatureDoesNotMatch",
        "SIGNED_TRAILER, x-amz-checksum-crc32:, 403, SignatureDoesNotMatch",
        "SIGNED_TRAILER, x-amz-trailer-signature:, 403, SignatureDoesNotMatch",
        "UNSIGNED_TRAILER, data, 400, BadDigest",
        "UNSIGNED_TRAILER, x-amz-checksum-crc32:, 400, BadDigest",
    })
    void refusesWhatWasChanged(Kind kind, String after, int status, String code) throws Exception {
        Framed framed = framed(kind, object(SIZE), DefaultChecksumAlgorithm.CRC32);
        int at = after.equals("data") ? 1000 : framed.body().lastIndexOf(after) + after.length();
        char other = framed.body().charAt(at) == '0' ? '1' : '0';
        String changed = framed.body().substring(0, at) + other + framed.body().substring(at + 1);
        RawClient.Response response = send(framed.head(), changed);
        assertEquals(status, response.status(), response.text());
        assertTrue(response.text().contains("<Code>" + code + "</Code>"), response.text());
    }

    @Test
    void refusesAHeadThatIsNotTheSignedOne() throws Exception {
        Framed framed = framed(Kind.SIGNED_TRAILER, object(10), DefaultChecksumAlgorithm.CRC32);
        for (String name : List.of("x-amz-decoded-content-length", "x-amz-trailer", "x-amz-meta-added")) {
            SdkHttpRequest head =
                    framed.head().toBuilder().putHeader(name, "11").build();
            RawClient.Response response = send(head, framed.body());
            assertEquals(403, response.status(), response.text());
            assertTrue(response.text().contains("<Code>SignatureDoesNotMatch</Code>"), response.text());
        }
    }
}
