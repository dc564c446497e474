package io.countersign.sigv4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuerySignerTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final SigningContext TOKEN_SIGNED = context(true, false);
    private static final SigningContext TOKEN_AFTER = context(false, false);

    private final QuerySigner signer = new QuerySigner();

    @Test
    void keepsTheQueryAsItWasAndAddsItsOwnBehind() {
        String signed = sign(Example.request("/", "b=2&a=%7e"), TOKEN_SIGNED, Example.KEYS);

        assertTrue(signed.startsWith("b=2&a=%7e&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F2015"));
    }

    @Test
    void signsTheTokenAmongTheRest() {
        String signed = sign(Example.REQUEST, TOKEN_SIGNED, Example.KEYS_WITH_TOKEN);

        assertTrue(signed.contains("&X-Amz-Security-Token=AQoDYXdzEJr%2FCanary%2BToken%3D&X-Amz-Signature="), signed);
        assertFalse(signature(signed).equals(signature(sign(Example.REQUEST, TOKEN_SIGNED, Example.KEYS))));
    }

    @Test
    void addsTheTokenAfterSigning() {
        String signed = sign(Example.REQUEST, TOKEN_AFTER, Example.KEYS_WITH_TOKEN);

        assertTrue(signed.endsWith("&X-Amz-Security-Token=AQoDYXdzEJr%2FCanary%2BToken%3D"), signed);
        assertEquals(signature(signed), signature(sign(Example.REQUEST, TOKEN_AFTER, Example.KEYS)));
    }

    @Test
    void signsTheContentHashAsAHeaderWhenAsked() {
        SigningRequest request = Example.request("/", null, new Header("X-Amz-Date", "20000101T000000Z"));

        assertEquals(
                "host;x-amz-content-sha256",
                signer.explain(request, context(true, true), Example.KEYS, Example.TIME, HOUR)
                        .signedHeaders());
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Amz-Signature=1", "a=1&X-Amz-Expires=5", "X-Amz%2dDate", "X-Amz-Security-Token=t"})
    void refusesAQueryThatIsSignedAlready(String query) {
        SigningRequest request = Example.request("/", query);

        assertThrows(IllegalArgumentException.class, () -> sign(request, TOKEN_SIGNED, Example.KEYS));
    }

    @Test
    void takesOneSecondToSevenDays() {
        assertTrue(expiring(Duration.ofSeconds(1)).contains("&X-Amz-Expires=1&"));
        assertTrue(expiring(QuerySigner.MAX_EXPIRES).contains("&X-Amz-Expires=604800&"));
        assertThrows(IllegalArgumentException.class, () -> expiring(Duration.ofMillis(999)));
        assertThrows(IllegalArgumentException.class, () -> expiring(QuerySigner.MAX_EXPIRES.plusNanos(1)));
    }

    private String expiring(Duration expires) {
        return signer.signedQuery(Example.REQUEST, TOKEN_SIGNED, Example.KEYS, Example.TIME, expires);
    }

    private String sign(SigningRequest request, SigningContext context, AwsCredentials keys) {
        return signer.signedQuery(request, context, keys, Example.TIME, HOUR);
    }

    private static String signature(String query) {
        int start = query.indexOf("X-Amz-Signature=") + "X-Amz-Signature=".length();
        return query.substring(start, start + 64);
    }

    private static SigningContext context(boolean signToken, boolean contentHash) {
        return new SigningContext("us-east-1", "service", PathStyle.AWS, signToken, contentHash);
    }
}
