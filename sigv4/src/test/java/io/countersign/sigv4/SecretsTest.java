package io.countersign.sigv4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No text that ends up in a log by accident shows a secret. */
class SecretsTest {
    private static final String CANARY = "Canary";
    private static final AwsCredentials KEYS =
            new AwsCredentials("AKIACANARYCANARY1234", "secretCanary", "tokenCanary==");
    private static final SigningRequest REQUEST =
            Example.request("/", "key=Canary", new Header("x-api-key", "apiCanary"));

    @Test
    void recordsDoNotShowThem() {
        HeaderSigner signer = new HeaderSigner();
        for (Object object : new Object[] {
            KEYS,
            REQUEST,
            REQUEST.headers(),
            signer.sign(REQUEST, Example.CONTEXT, KEYS, Example.TIME),
            signer.explain(REQUEST, Example.CONTEXT, KEYS, Example.TIME)
        }) {
            assertFalse(object.toString().contains(CANARY), object.toString());
        }
    }

    @Test
    void keysShowTheEndOfTheirIdOnly() {
        assertEquals("AwsCredentials[...1234, with session token]", KEYS.toString());
        assertEquals(
                "AwsCredentials[...]", AwsCredentials.longLived("1234567", "s").toString());
    }

    @Test
    void authorizationHoldsNeitherSecretNorToken() {
        assertFalse(new HeaderSigner()
                .sign(REQUEST, Example.CONTEXT, KEYS, Example.TIME)
                .authorization()
                .contains(CANARY));
    }

    @Test
    void redactsTheTokenOfAHeader() {
        Explanation explanation = new HeaderSigner().explain(REQUEST, Example.CONTEXT, KEYS, Example.TIME);

        assertTrue(explanation.canonicalRequest().contains("\nx-amz-security-token:tokenCanary==\n"));
        assertEquals(
                explanation.canonicalRequest().replace("tokenCanary==", "(redacted)"),
                explanation.redactedCanonicalRequest());
    }

    @Test
    void redactsTheTokenOfAQuery() {
        SigningContext context = new SigningContext("us-east-1", "s3", PathStyle.S3, true, false);
        Explanation explanation = new QuerySigner()
                .explain(Example.request("/", "z=1"), context, KEYS, Example.TIME, Duration.ofSeconds(1));

        assertTrue(explanation.canonicalRequest().contains("&X-Amz-Security-Token=tokenCanary%3D%3D&"));
        assertEquals(
                explanation.canonicalRequest().replace("tokenCanary%3D%3D", "(redacted)"),
                explanation.redactedCanonicalRequest());
    }

    @Test
    void redactsTheTokenInWhatAwsSendsBack() {
        assertRedacted("GET\n/\na=b&X-Amz-Security-Token=", "a%2FCanary%3D", "&b=c\nhost:h\n");
        assertRedacted("X-Amz-Security-Token: ", "Canary", "");
        assertRedacted("<Text>x-amz-security-token:", "Canary==", "</Text>");
        assertRedacted(
                "{\"message\":\"'GET\\nx-amz-security-token:",
                "a\\/Canary\\u003d",
                "\\n\\nhost;x-amz-security-token\\n'\"}");
        assertRedacted("x-amz-security-token:", "\\/Canary/+".repeat(10_000), "\n\nhost;x-amz-security-token\n");
    }

    private static void assertRedacted(String before, String token, String after) {
        assertEquals(before + "(redacted)" + after, Explanation.redactToken(before + token + after));
    }

    @Test
    void leavesACanonicalRequestWithoutTokenAsItIs() {
        Explanation explanation = new HeaderSigner().explain(REQUEST, Example.CONTEXT, Example.KEYS, Example.TIME);

        assertEquals(explanation.canonicalRequest(), explanation.redactedCanonicalRequest());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\n", "\ttoken", "caf\u00e9", "\u007f"})
    void refusesKeysThatCannotBeSentWithoutShowingThem(String text) {
        String id = assertThrows(IllegalArgumentException.class, () -> AwsCredentials.longLived(text, "secret"))
                .getMessage();
        String token = assertThrows(IllegalArgumentException.class, () -> new AwsCredentials("id", "secret", text))
                .getMessage();

        assertFalse(id.contains(text), id);
        assertFalse(token.contains(text), token);
    }

    @Test
    void takesAnEmptyTokenForNone() {
        assertEquals(AwsCredentials.longLived("id", "secret"), new AwsCredentials("id", "secret", ""));
    }
}
