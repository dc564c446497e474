package io.countersign.sigv4;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.checksums.DefaultChecksumAlgorithm;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** The payloads that the AWS SDK's signer frames and signs: each of its signatures is the one that we make. */
class SdkChunksTest {
    private static final int PAYLOADS = 400;
    private static final int SDK_CHUNK = 128 * 1024;
    private static final List<ChecksumAlgorithm> CHECKSUMS =
            List.of(DefaultChecksumAlgorithm.CRC32, DefaultChecksumAlgorithm.SHA1, DefaultChecksumAlgorithm.SHA256);
    private static final SigningContext CONTEXT = new SigningContext("us-east-1", "s3", PathStyle.S3, true, true);
    private static final AwsCredentials KEYS = Example.KEYS;

    private final RandomGenerator random = Seed.random(SdkChunksTest.class);
    private final AwsV4HttpSigner sdk = AwsV4HttpSigner.create();
    private final HeaderSigner ours = new HeaderSigner();

    @Test
    void signsEachChunkAsTheSdkDoes() throws IOException {
        for (int i = 0; i < PAYLOADS; i++) {
            byte[] payload = new byte[i % 20 == 0 ? SDK_CHUNK + random.nextInt(2 * SDK_CHUNK) : random.nextInt(3000)];
            random.nextBytes(payload);
            compare(payload, i % 2 == 0);
        }
    }

    private void compare(byte[] payload, boolean trailer) throws IOException {
        Instant time = Instant.ofEpochSecond(1_400_000_000L + random.nextInt(500_000_000));
        SignedRequest signed = sdk.sign(request(payload, trailer, time));
        ChunkSigner chunks = ours.chunks(
                new SignedHeaders(
                        null,
                        null,
                        null,
                        null,
                        signed.request().firstMatchingHeader("Authorization").orElseThrow()),
                CONTEXT,
                KEYS,
                time);
        String body;
        try (InputStream stream = signed.payload().orElseThrow().newStream()) {
            body = new String(stream.readAllBytes(), ISO_8859_1);
        }
        int at = 0;
        int size;
        do {
            int end = body.indexOf("\r\n", at);
            String[] head = body.substring(at, end).split(";chunk-signature=", -1);
            size = Integer.parseInt(head[0], 16);
            at = end + 2;
            assertEquals(head[1], text(chunks.chunk(hash(body.substring(at, at + size)))));
            at += size == 0 ? 0 : size + 2;
        } while (size > 0);
        if (trailer) {
            String[] lines = body.substring(at).split("\r\n", -1);
            assertEquals("x-amz-trailer-signature:" + text(chunks.trailer(hash(lines[0] + "\n"))), lines[1]);
        }
    }

    private SignRequest<AwsCredentialsIdentity> request(byte[] payload, boolean trailer, Instant time) {
        SignRequest.Builder<AwsCredentialsIdentity> request = SignRequest.builder(
                        AwsCredentialsIdentity.create(KEYS.accessKeyId(), KEYS.secretAccessKey()))
                .request(SdkHttpRequest.builder()
                        .method(SdkHttpMethod.PUT)
                        .protocol("http")
                        .host("bucket.s3.us-east-1.amazonaws.com")
                        .encodedPath("/key")
                        .putHeader("Content-Length", Integer.toString(payload.length))
                        .build())
                .payload(ContentStreamProvider.fromByteArray(payload))
                .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "s3")
                .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                .putProperty(AwsV4FamilyHttpSigner.CHUNK_ENCODING_ENABLED, true)
                .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(time, ZoneOffset.UTC));
        if (trailer) {
            request.putProperty(
                    AwsV4FamilyHttpSigner.CHECKSUM_ALGORITHM, CHECKSUMS.get(random.nextInt(CHECKSUMS.size())));
        }
        return request.build();
    }

    private static String hash(String latin1) {
        PayloadHash hash = new PayloadHash();
        byte[] bytes = latin1.getBytes(ISO_8859_1);
        hash.update(bytes, 0, bytes.length);
        return hash.hex();
    }

    private static String text(byte[] ascii) {
        return new String(ascii, US_ASCII);
    }
}
