package io.countersign.sigv4;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.signer.Aws4Signer;
import software.amazon.awssdk.auth.signer.params.Aws4PresignerParams;
import software.amazon.awssdk.auth.signer.params.Aws4SignerParams;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.regions.Region;

/** Our signer beside the SDK's older one, which sends no {@code x-amz-content-sha256} unless asked. */
@SuppressWarnings("deprecation") // older is what it is here for
class OlderSdkComparisonTest {
    private static final int REQUESTS = 10_000;
    private static final PathStyle[] STYLES = {
        PathStyle.AWS, PathStyle.S3, new PathStyle(true, false), new PathStyle(false, true)
    };

    private final RandomGenerator random = Seed.random(getClass());
    private final RandomRequests requests = new RandomRequests(random);
    private final Aws4Signer sdk = Aws4Signer.create();

    @Test
    void signsHeadersAsTheOlderSignerDoes() {
        HeaderSigner signer = new HeaderSigner();
        for (int i = 0; i < REQUESTS; i++) {
            Sample sample = requests.next();
            PathStyle style = STYLES[random.nextInt(STYLES.length)];
            boolean signToken = random.nextInt(4) != 0;
            Aws4SignerParams parameters = Aws4SignerParams.builder()
                    .awsCredentials(credentials(signToken ? sample.keys() : sample.keysWithoutToken()))
                    .signingName(sample.service())
                    .signingRegion(Region.of(sample.region()))
                    .signingClockOverride(Clock.fixed(sample.time(), ZoneOffset.UTC))
                    .doubleUrlEncode(style.doubleEncode())
                    .normalizePath(style.normalize())
                    .build();
            SdkHttpFullRequest expected = sdk.sign(sdkRequest(sample), parameters);

            assertEquals(
                    expected.firstMatchingHeader("Authorization").orElseThrow(),
                    signer.sign(
                                    sample.request(false),
                                    sample.context(style, signToken, false),
                                    sample.keys(),
                                    sample.time())
                            .authorization(),
                    sample::toString);
        }
    }

    @Test
    void signsQueriesAsTheOlderSignerDoes() {
        QuerySigner signer = new QuerySigner();
        for (int i = 0; i < REQUESTS; i++) {
            Sample sample = requests.next();
            PathStyle style = STYLES[random.nextInt(STYLES.length)];
            boolean signToken = random.nextInt(4) != 0;
            Duration expires = Duration.ofSeconds(1 + random.nextInt(604_800));
            Aws4PresignerParams parameters = Aws4PresignerParams.builder()
                    .awsCredentials(credentials(signToken ? sample.keys() : sample.keysWithoutToken()))
                    .signingName(sample.service())
                    .signingRegion(Region.of(sample.region()))
                    .signingClockOverride(Clock.fixed(sample.time(), ZoneOffset.UTC))
                    .doubleUrlEncode(style.doubleEncode())
                    .normalizePath(style.normalize())
                    .expirationTime(sample.time().plus(expires))
                    .build();
            SdkHttpFullRequest expected = sdk.presign(sdkRequest(sample), parameters);
            String seconds =
                    expected.firstMatchingRawQueryParameter("X-Amz-Expires").orElseThrow();

            assertEquals(
                    expected.firstMatchingRawQueryParameter("X-Amz-Signature").orElseThrow(),
                    signer.explain(
                                    sample.request(false),
                                    sample.context(style, signToken, false),
                                    sample.keys(),
                                    sample.time(),
                                    Duration.ofSeconds(Long.parseLong(seconds)))
                            .signature(),
                    sample::toString);
        }
    }

    private static SdkHttpFullRequest sdkRequest(Sample sample) {
        SdkHttpFullRequest.Builder request = SdkHttpFullRequest.builder()
                .method(SdkHttpMethod.fromValue(sample.method()))
                .protocol("https")
                .host(sample.host())
                .port(sample.port())
                .encodedPath(sample.path())
                .rawQueryParameters(SdkSigner.rawQuery(sample))
                .contentStreamProvider(() -> new ByteArrayInputStream(sample.body()));
        sample.headers().forEach(header -> request.appendHeader(header.name(), header.value()));
        return request.build();
    }

    private static software.amazon.awssdk.auth.credentials.AwsCredentials credentials(AwsCredentials keys) {
        return keys.sessionToken() == null
                ? AwsBasicCredentials.create(keys.accessKeyId(), keys.secretAccessKey())
                : AwsSessionCredentials.create(keys.accessKeyId(), keys.secretAccessKey(), keys.sessionToken());
    }
}
