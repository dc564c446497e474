package io.countersign.bench;

import io.countersign.sigv4.AwsCredentials;
import io.countersign.sigv4.Header;
import io.countersign.sigv4.HeaderSigner;
import io.countersign.sigv4.PathStyle;
import io.countersign.sigv4.PayloadHash;
import io.countersign.sigv4.SignatureAlgorithm;
import io.countersign.sigv4.SignedHeaders;
import io.countersign.sigv4.SigningContext;
import io.countersign.sigv4.SigningRequest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * What it costs to sign a POST of 1 KB: the hash of its body alone, our signer with it for one region and for several, and the
 * AWS SDK's.
 *
 * <p>Each makes its request anew, as a proxy does. {@code -prof gc} shows the garbage. Time stands still, as it does
 * within a second: what is cached for longer is cached here too.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SigningBenchmark {
    private static final String PATH = "/prod/api/v1/write";
    private static final String HOST = "abc123def4.execute-api.us-east-1.amazonaws.com";
    private static final String KEY_ID = "AKIDEXAMPLE123456789";
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    private final byte[] body = new byte[1024];
    private final Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private final SigningContext context = SigningContext.of("us-east-1", "execute-api");
    private final SigningContext severalRegions =
            new SigningContext(SignatureAlgorithm.V4A, "us-east-1,eu-west-1", "execute-api", PathStyle.AWS, true, true);
    private final AwsCredentials longLived = AwsCredentials.longLived(KEY_ID, SECRET);
    private final AwsCredentials withToken = new AwsCredentials(KEY_ID, SECRET, "t".repeat(1024));
    private final PayloadHash payloadHash = new PayloadHash();
    private final HeaderSigner signer = new HeaderSigner();

    private final AwsV4HttpSigner sdk = AwsV4HttpSigner.create();
    private final AwsCredentialsIdentity identity = AwsCredentialsIdentity.create(KEY_ID, SECRET);
    private final Clock clock = Clock.fixed(now, ZoneOffset.UTC);

    @Benchmark
    public String bodyHashAlone() {
        payloadHash.update(body, 0, body.length);
        return payloadHash.hex();
    }

    @Benchmark
    public SignedHeaders ours() {
        return sign(longLived, context);
    }

    @Benchmark
    public SignedHeaders oursWithTokenOf1Kb() {
        return sign(withToken, context);
    }

    @Benchmark
    public SignedHeaders oursForSeveralRegions() {
        return sign(longLived, severalRegions);
    }

    private SignedHeaders sign(AwsCredentials keys, SigningContext where) {
        payloadHash.update(body, 0, body.length);
        SigningRequest request = new SigningRequest(
                "POST",
                PATH,
                null,
                List.of(new Header("host", HOST), new Header("content-type", "application/x-protobuf")),
                payloadHash.hex());
        return signer.sign(request, where, keys, now);
    }

    @Benchmark
    public SignedRequest awsSdk() {
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .protocol("https")
                .host(HOST)
                .encodedPath(PATH)
                .putHeader("host", HOST)
                .putHeader("content-type", "application/x-protobuf")
                .build();
        return sdk.sign(SignRequest.builder(identity)
                .request(request)
                .payload(ContentStreamProvider.fromByteArray(body))
                .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "execute-api")
                .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                .putProperty(HttpSigner.SIGNING_CLOCK, clock)
                .build());
    }
}
