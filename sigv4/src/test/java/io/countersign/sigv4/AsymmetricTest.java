package io.countersign.sigv4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SigV4A: one signature for a set of regions. */
class AsymmetricTest {
    private static final SigningRequest REQUEST = new SigningRequest(
            "GET", "/", null, List.of(new Header("Host", "example.amazonaws.com")), PayloadHash.EMPTY);

    private final HeaderSigner signer = new HeaderSigner();

    /** The plain case of AWS's signing test suite. */
    @Test
    void writesTheTextsOfTheTestSuite() {
        Explanation explanation = signer.explain(REQUEST, context("us-east-1", false), Example.KEYS, Example.TIME);

        assertEquals("""
                GET
                /

                host:example.amazonaws.com
                x-amz-date:20150830T123600Z
                x-amz-region-set:us-east-1

                host;x-amz-date;x-amz-region-set
                e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855""", explanation.canonicalRequest());
        assertEquals("20150830/service/aws4_request", explanation.credentialScope());
        assertTrue(explanation.stringToSign().startsWith("AWS4-ECDSA-P256-SHA256\n20150830T123600Z\n"));
    }

    @Test
    void signsInTheHeader() throws Exception {
        SigningContext context = context("us-east-1,eu-west-1", true);

        SignedHeaders signed = signer.sign(REQUEST, context, Example.KEYS_WITH_TOKEN, Example.TIME);

        assertEquals("us-east-1,eu-west-1", signed.regionSet());
        String start = "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders="
                + "host;x-amz-content-sha256;x-amz-date;x-amz-region-set;x-amz-security-token, Signature=";
        assertEquals(start, signed.authorization().substring(0, start.length()));
        String toSign = signer.explain(REQUEST, context, Example.KEYS_WITH_TOKEN, Example.TIME)
                .stringToSign();
        String signature = signed.authorization().substring(start.length());
        assertTrue(PublicKeys.verifies(Example.KEYS, toSign, signature));
        assertFalse(PublicKeys.verifies(Example.KEYS, toSign + "x", signature));
    }

    @Test
    void signsInTheQuery() throws Exception {
        QuerySigner inQuery = new QuerySigner();
        SigningContext context = context("*", false);

        String query =
                inQuery.signedQuery(REQUEST, context, Example.KEYS_WITH_TOKEN, Example.TIME, Duration.ofMinutes(1));

        String start = "X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256"
                + "&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z"
                + "&X-Amz-SignedHeaders=host&X-Amz-Expires=60&X-Amz-Region-Set=%2A"
                + "&X-Amz-Security-Token=AQoDYXdzEJr%2FCanary%2BToken%3D&X-Amz-Signature=";
        assertEquals(start, query.substring(0, start.length()));
        String toSign = inQuery.explain(REQUEST, context, Example.KEYS_WITH_TOKEN, Example.TIME, Duration.ofMinutes(1))
                .stringToSign();
        assertTrue(PublicKeys.verifies(Example.KEYS, toSign, query.substring(start.length())));
    }

    @Test
    void replacesARegionSetThatCame() {
        SigningRequest request = Example.request("/", null, new Header("x-amz-region-set", "eu-west-1"));

        String canonical = Example.canonicalRequest(request, context("us-east-1", false), Example.KEYS);

        assertTrue(canonical.contains("\nx-amz-region-set:us-east-1\n"), canonical);
        assertFalse(canonical.contains("eu-west-1"), canonical);
        assertThrows(
                IllegalArgumentException.class,
                () -> new QuerySigner()
                        .signedQuery(
                                Example.request("/", "X-Amz-Region-Set=eu-west-1"),
                                context("us-east-1", false),
                                Example.KEYS,
                                Example.TIME,
                                Duration.ofMinutes(1)));
    }

    @Test
    void keepsTheKeysOfBothAlgorithmsApart() {
        SigningContext symmetric = new SigningContext("us-east-1", "service", PathStyle.AWS, true, false);

        String before =
                signer.sign(REQUEST, symmetric, Example.KEYS, Example.TIME).authorization();
        String between = signer.sign(REQUEST, context("us-east-1", false), Example.KEYS, Example.TIME)
                .authorization();

        assertNotEquals(before, between);
        assertEquals(
                before,
                signer.sign(REQUEST, symmetric, Example.KEYS, Example.TIME).authorization());
    }

    @ParameterizedTest
    @ValueSource(strings = {"us-east-1", "us-east-1,eu-west-1", "*", "us-*,eu-west-1"})
    void takesNamesAndPatterns(String regions) {
        assertEquals(regions, context(regions, false).region());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "us-east-1,", ",us-east-1", "us-east-1,,eu-west-1", "us-east-1, eu-west-1", "a/b"})
    void refusesSetsThatCannotBeSent(String regions) {
        assertThrows(IllegalArgumentException.class, () -> context(regions, false));
    }

    private static SigningContext context(String regions, boolean contentHash) {
        return new SigningContext(SignatureAlgorithm.V4A, regions, "service", PathStyle.AWS, true, contentHash);
    }
}
