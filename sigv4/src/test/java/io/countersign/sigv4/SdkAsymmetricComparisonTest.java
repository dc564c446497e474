package io.countersign.sigv4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Our SigV4A beside AWS's own, on random requests: {@code -Dsigv4a.requests=} of them, 1,000 by default, a
 * tenth of them in the query form.
 *
 * <p>No two signatures are equal. So all that comes before the signature is compared, and AWS's signature is verified
 * over the text that we would have signed, with the public key that we derive. The SDK puts a region set into an order of
 * its own, which is taken over.
 */
class SdkAsymmetricComparisonTest {
    private static final int REQUESTS = Integer.getInteger("sigv4a.requests", 1_000);
    private static final PathStyle[] STYLES = {PathStyle.AWS, PathStyle.S3};
    private static final String[] REGION_SETS = {"*", "us-east-1", "us-east-1,eu-west-1", "us-*,ap-southeast-2"};
    private static final String SIGNATURE = "Signature=";

    private final RandomGenerator random = Seed.random(getClass());
    private final RandomRequests requests = new RandomRequests(random);
    private final SdkAsymmetricSigner sdk = new SdkAsymmetricSigner();

    @Test
    void signsHeadersAsTheSdkDoes() throws GeneralSecurityException {
        HeaderSigner signer = new HeaderSigner();
        int wanted = REQUESTS - REQUESTS / 10;
        int compared = 0;
        for (int tried = 0; compared < wanted && tried < 2 * wanted; tried++) {
            Sample sample = requests.next();
            PathStyle style = STYLES[random.nextInt(STYLES.length)];
            String regions = REGION_SETS[random.nextInt(REGION_SETS.length)];
            Optional<SdkHttpRequest> answer = sdk.sign(sample, style, regions);
            if (answer.isEmpty() || !SdkAsymmetricSigner.readsPath(sample)) {
                continue;
            }
            SdkHttpRequest expected = answer.get();
            SigningContext context = context(sample, style, header(expected, "x-amz-region-set"), true);
            SignedHeaders signed = signer.sign(sample.request(false), context, sample.keys(), sample.time());
            Explanation explanation = signer.explain(sample.request(false), context, sample.keys(), sample.time());

            String theirs = header(expected, "authorization");
            String ours = signed.authorization();
            assertEquals(beforeSignature(theirs), beforeSignature(ours), () -> describe(sample, explanation));
            assertTrue(
                    PublicKeys.verifies(sample.keys(), explanation.stringToSign(), signature(theirs)),
                    () -> describe(sample, explanation));
            assertTrue(PublicKeys.verifies(sample.keys(), explanation.stringToSign(), signature(ours)));
            assertEquals(header(expected, "x-amz-date"), signed.amzDate());
            assertEquals(header(expected, "x-amz-region-set"), signed.regionSet());
            compared++;
        }
        assertEquals(wanted, compared);
    }

    @Test
    void signsQueriesAsTheSdkDoes() throws GeneralSecurityException {
        QuerySigner signer = new QuerySigner();
        int wanted = REQUESTS / 10;
        int compared = 0;
        for (int tried = 0; compared < wanted && tried < 2 * wanted; tried++) {
            Sample sample = requests.next();
            PathStyle style = STYLES[random.nextInt(STYLES.length)];
            String regions = REGION_SETS[random.nextInt(REGION_SETS.length)];
            Duration expires = Duration.ofSeconds(1 + random.nextInt(7 * 24 * 3600));

            Optional<SdkHttpRequest> answer = sdk.presign(sample, style, regions, expires);
            if (answer.isEmpty() || !SdkAsymmetricSigner.readsPath(sample)) {
                continue;
            }
            SdkHttpRequest expected = answer.get();
            String sorted =
                    expected.firstMatchingRawQueryParameter("X-Amz-Region-Set").orElseThrow();
            Explanation explanation = signer.explain(
                    sample.request(false),
                    context(sample, style, sorted, false),
                    sample.keys(),
                    sample.time(),
                    expires);

            String theirs =
                    expected.firstMatchingRawQueryParameter("X-Amz-Signature").orElseThrow();
            assertTrue(
                    PublicKeys.verifies(sample.keys(), explanation.stringToSign(), theirs),
                    () -> describe(sample, explanation) + "\n" + expected);
            compared++;
        }
        assertEquals(wanted, compared);
    }

    private static SigningContext context(Sample sample, PathStyle style, String regions, boolean contentHash) {
        return new SigningContext(SignatureAlgorithm.V4A, regions, sample.service(), style, true, contentHash);
    }

    private static String describe(Sample sample, Explanation explanation) {
        return "request " + sample + "\n" + explanation.canonicalRequest();
    }

    private static String beforeSignature(String authorization) {
        return authorization.substring(0, authorization.indexOf(SIGNATURE));
    }

    private static String signature(String authorization) {
        return authorization.substring(authorization.indexOf(SIGNATURE) + SIGNATURE.length());
    }

    private static String header(SdkHttpRequest request, String name) {
        return request.firstMatchingHeader(name).orElseThrow();
    }
}
