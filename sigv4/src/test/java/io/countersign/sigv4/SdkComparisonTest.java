package io.countersign.sigv4;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Our signer beside the AWS SDK's, on random requests: {@code -Dsigv4.requests=} of them, 100,000 by default, and a tenth
 * of that in the query form.
 */
class SdkComparisonTest {
    private static final int REQUESTS = Integer.getInteger("sigv4.requests", 100_000);
    private static final PathStyle[] STYLES = {
        PathStyle.AWS, PathStyle.S3, new PathStyle(true, false), new PathStyle(false, true)
    };

    private final RandomGenerator random = Seed.random(getClass());
    private final RandomRequests requests = new RandomRequests(random);
    private final SdkSigner sdk = new SdkSigner();

    @Test
    void signsHeadersAsTheSdkDoes() {
        HeaderSigner signer = new HeaderSigner();
        for (int i = 0; i < REQUESTS; i++) {
            Sample sample = requests.next();
            PathStyle style = STYLES[random.nextInt(STYLES.length)];
            boolean unsignedPayload = random.nextInt(4) == 0;
            boolean signToken = random.nextInt(4) != 0;
            // A token that is added after signing is one that the signature knows nothing of.
            AwsCredentials sdkKeys = signToken ? sample.keys() : sample.keysWithoutToken();
            SdkHttpRequest expected = sdk.sign(sample, sdkKeys, style, unsignedPayload);

            SigningContext context = sample.context(style, signToken, true);
            SigningRequest request = sample.request(unsignedPayload);
            SignedHeaders signed = signer.sign(request, context, sample.keys(), sample.time());

            if (!header(expected, "authorization").equals(signed.authorization())) {
                assertEquals(
                        header(expected, "authorization"),
                        signed.authorization(),
                        "request " + i + ", " + style + ": " + sample + "\n"
                                + signer.explain(request, context, sample.keys(), sample.time())
                                        .canonicalRequest());
            }
            assertEquals(header(expected, "x-amz-date"), signed.amzDate());
            assertEquals(header(expected, "x-amz-content-sha256"), signed.contentSha256());
            assertEquals(sample.keys().sessionToken(), signed.securityToken());
        }
    }

    @Test
    void signsQueriesAsTheSdkDoes() {
        QuerySigner signer = new QuerySigner();
        for (int i = 0; i < REQUESTS / 10; i++) {
            Sample sample = requests.next();
            PathStyle style = STYLES[random.nextInt(STYLES.length)];
            boolean unsignedPayload = random.nextBoolean();
            Duration expires = Duration.ofSeconds(1 + random.nextInt(7 * 24 * 3600));
            SdkHttpRequest expected = sdk.presign(sample, sample.keys(), style, unsignedPayload, expires);

            Explanation explanation = signer.explain(
                    sample.request(unsignedPayload),
                    sample.context(style, true, false),
                    sample.keys(),
                    sample.time(),
                    expires);

            assertEquals(
                    expected.firstMatchingRawQueryParameter("X-Amz-Signature").orElseThrow(),
                    explanation.signature(),
                    () -> "request " + sample + "\n" + explanation.canonicalRequest() + "\n" + expected);
        }
    }

    private static String header(SdkHttpRequest request, String name) {
        return request.firstMatchingHeader(name).orElseThrow();
    }
}
