package io.countersign.gateway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PresentedTest {
    private static final String TOKEN = TokenSecret.random(new SecureRandom());

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    static Stream<String> whole() {
        return Stream.of(
                "Bearer " + TOKEN,
                "bearer   " + TOKEN,
                basic("agent:" + TOKEN),
                basic(":" + TOKEN),
                basic(TOKEN + ":"),
                basic(TOKEN),
                "BASIC " + basic("agent:" + TOKEN).substring(6));
    }

    @ParameterizedTest
    @MethodSource("whole")
    void findsATokenInEachForm(String field) {
        assertEquals(new Presented.OurToken(TOKEN), Presented.in(List.of(field), true));
    }

    static Stream<String> broken() {
        return Stream.of(
                "Bearer " + TOKEN.substring(0, 47),
                "Bearer " + TOKEN + "A",
                "Bearer " + TOKEN + "=",
                "Bearer csgn_",
                "Bearer " + TOKEN + ", Basic YTpi",
                "Bearer \"" + TOKEN + "\"",
                "Token " + TOKEN,
                TOKEN,
                basic("agent:" + TOKEN + "!"),
                basic(TOKEN + ":x-oauth-basic"),
                basic("a:b:" + TOKEN),
                // No base64 to us, and a password to an upstream that is lenient.
                basic("agent:" + TOKEN) + "==",
                basic("agent:" + TOKEN) + "!",
                basic("agent:" + TOKEN).replace("Basic d", "Basic d\t").replace("Basic YW", "Basic YW "),
                basic("agent~~?>:" + TOKEN).replace('+', '-').replace('/', '_').replace("=", ""),
                basic("agent:" + TOKEN) + " " + basic("agent:" + TOKEN).substring(6),
                "Bearer " + "csgn_".repeat(2000));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void refusesWhatOnlyBeginsAsOne(String field) {
        assertInstanceOf(Presented.Malformed.class, Presented.in(List.of(field), true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261127/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=ab",
                "Basic YWdlbnQ6cGFzc3dvcmQ=",
                "Basic not base64",
                "Basic",
                "Digest username=\"a\"",
                "Negotiate abc"
            })
    void leavesWhatIsMeantForTheUpstreamAlone(String field) {
        assertEquals(new Presented.Foreign(), Presented.in(List.of(field), true));
    }

    @Test
    void aTokenOfAnIssuerIsABearer() {
        assertEquals(new Presented.Bearer("eyJ.eyJ.x"), Presented.in(List.of("Bearer eyJ.eyJ.x"), true));
        // By chance the five characters stand within it.
        assertInstanceOf(Presented.Bearer.class, Presented.in(List.of("Bearer eyJ.aacsgn_b.x"), true));
        assertInstanceOf(Presented.Bearer.class, Presented.in(List.of("Bearer eyJ.csgn_b.x"), true));
    }

    @Test
    void refusesATokenBesideAnotherField() {
        assertEquals(new Presented.Foreign(), Presented.in(List.of(), true));
        assertEquals(new Presented.Foreign(), Presented.in(List.of("Basic YTpi", "Digest a"), true));
        assertInstanceOf(Presented.Malformed.class, Presented.in(List.of("Bearer " + TOKEN, "Bearer " + TOKEN), true));
        assertInstanceOf(Presented.Malformed.class, Presented.in(List.of("Digest a", "Bearer " + TOKEN), true));
        assertInstanceOf(Presented.Malformed.class, Presented.in(List.of("Digest a", "Bearer " + TOKEN), false));
        assertInstanceOf(Presented.Malformed.class, Presented.in(List.of("Bearer e.e.x", "Bearer e.e.y"), true));
        assertEquals(new Presented.Foreign(), Presented.in(List.of("Bearer e.e.x", "Bearer e.e.y"), false));
    }

    @Test
    void showsNoToken() {
        for (String field : whole().toList()) {
            assertFalse(Presented.in(List.of(field), true).toString().contains("csgn_"), field);
        }
        assertFalse(
                Presented.in(List.of("Bearer " + TOKEN + "A"), true).toString().contains(TOKEN));
        assertFalse(Presented.in(List.of("Bearer abc"), true).toString().contains("abc"));
    }
}
