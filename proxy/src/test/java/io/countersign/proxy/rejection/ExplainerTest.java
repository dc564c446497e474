package io.countersign.proxy.rejection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.rejection.Rejection.Cause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExplainerTest {
    private static final Instant AT = CannedResponse.SIGNED_AT;
    private static final String CANONICAL = """
            POST
            /prod/a%2520b
            a=1&b=2
            content-type:text/plain
            host:x.execute-api.us-east-1.amazonaws.com
            x-amz-security-token:canary

            content-type;host;x-amz-security-token
            abcd""";
    private static final String TO_SIGN =
            "AWS4-HMAC-SHA256\n20260301T120000Z\n20260301/us-west-2/execute-api/aws4_request\nfeed";
    private static final Signed SIGNED =
            new Signed("x.execute-api.us-east-1.amazonaws.com", AT, CANONICAL, TO_SIGN, Optional.empty());

    private static List<String> explain(Rejection rejection) {
        return Explainer.explain(rejection, SIGNED, Optional.empty(), AT);
    }

    private static List<String> mismatch(String canonical, String toSign) {
        return explain(new Rejection(
                Cause.SIGNATURE_MISMATCH, "InvalidSignatureException", "no", new Workings(canonical, toSign)));
    }

    private static List<String> mismatch(String canonical) {
        List<String> findings = mismatch(canonical, "");
        assertFalse(findings.toString().contains("canary"), findings.toString());
        return findings;
    }

    @Test
    void namesTheHeaderThatDiffers() {
        assertEquals(List.of("header content-type differs"), mismatch(CANONICAL.replace("text/plain", "text/canary")));
        assertEquals(
                List.of("header x-amz-security-token differs"), mismatch(CANONICAL.replace("token:canary", "token:x")));
        assertEquals(
                List.of("header content-type was signed, but did not reach AWS"),
                mismatch(CANONICAL.replace("content-type:text/plain\n", "content-type:\n")));
    }

    @Test
    void namesHowThePathWasEncoded() {
        assertEquals(
                List.of("path encoded twice, expected once: set path-encoding = single on the route"),
                mismatch(CANONICAL.replace("%2520", "%20")));
        assertEquals(
                List.of("path encoded once, expected twice: set path-encoding = double on the route"),
                mismatch(CANONICAL.replace("%2520", "%252520")));
        assertEquals(
                List.of("path differs: AWS has /other, we signed /prod/a%2520b"),
                mismatch(CANONICAL.replace("/prod/a%2520b", "/other")));
        assertEquals(List.of("path normalised, expected as it came"), mismatch(CANONICAL.replace("/prod/", "/prod//")));
    }

    @Test
    void namesQueryMethodAndBody() {
        assertEquals(List.of("query order differs"), mismatch(CANONICAL.replace("a=1&b=2", "b=2&a=1")));
        assertEquals(List.of("query parameter b differs"), mismatch(CANONICAL.replace("b=2", "b=canary")));
        assertEquals(
                List.of("method differs: AWS saw GET, we signed POST"), mismatch(CANONICAL.replace("POST", "GET")));
        assertTrue(mismatch(CANONICAL.replace("abcd", "ef01")).get(0).startsWith("hash of the body differs"));
    }

    @Test
    void namesTimeAndScopeOfTheStringToSign() {
        assertEquals(
                List.of(
                        "time differs: AWS saw 20260301T120001Z, we signed 20260301T120000Z",
                        "scope differs: AWS has 20260301/us-east-1/execute-api/aws4_request, we signed"
                                + " 20260301/us-west-2/execute-api/aws4_request"),
                mismatch(CANONICAL, TO_SIGN.replace("120000Z", "120001Z").replace("us-west-2", "us-east-1")));
    }

    private static final String ASYMMETRIC_TO_SIGN =
            "AWS4-ECDSA-P256-SHA256\n20260301T120000Z\n20260301/execute-api/aws4_request\nfeed";

    private static Signed asymmetric(String canonical) {
        return new Signed("x.execute-api.us-east-1.amazonaws.com", AT, canonical, ASYMMETRIC_TO_SIGN, Optional.empty());
    }

    private static List<String> explainAsymmetric(String canonical, Rejection rejection) {
        return Explainer.explain(rejection, asymmetric(canonical), Optional.empty(), AT);
    }

    @Test
    void readsTheScopeOfASignatureForSeveralRegions() {
        String field = CANONICAL.replace("x-amz-security-token:canary", "x-amz-region-set:eu-west-1,eu-west-2");
        String parameter = CANONICAL.replace("a=1&b=2", "X-Amz-Expires=60&X-Amz-Region-Set=eu-west-1%2Ceu-west-2&b=2");
        Rejection wrong = new Rejection(Cause.WRONG_SCOPE, "x", "Credential should be scoped to a valid region.");
        for (String canonical : List.of(field, parameter)) {
            assertEquals(
                    List.of("region set says eu-west-1,eu-west-2, host says us-east-1"),
                    explainAsymmetric(canonical, wrong));
        }
        assertTrue(explainAsymmetric(field.replace("eu-west-1,eu-west-2", "*"), wrong)
                .get(0)
                .startsWith("region set says *, scope says execute-api, and the upstream is of another"));
        assertEquals(
                "scope says execute-api, AWS expects aps",
                explainAsymmetric(
                                field,
                                new Rejection(
                                        Cause.WRONG_SCOPE,
                                        "x",
                                        "Credential should be scoped to correct service: 'aps'."))
                        .get(1));
        assertTrue(explainAsymmetric(field, new Rejection(Cause.FORBIDDEN, "x", "Forbidden"))
                .get(0)
                .startsWith("WAF"));
        assertEquals(
                Finding.NO_SUCH_METHOD.with(" (POST /prod/a%2520b)"),
                explainAsymmetric(field, new Rejection(Cause.MISSING_AUTHENTICATION, "x", ""))
                        .get(0));
    }

    @Test
    void comparesTheAlgorithms() {
        Rejection other = new Rejection(
                Cause.SIGNATURE_MISMATCH, "InvalidSignatureException", "no", new Workings(CANONICAL, TO_SIGN));

        assertEquals(
                List.of(
                        "algorithm differs: AWS has AWS4-HMAC-SHA256, we signed AWS4-ECDSA-P256-SHA256: set the route's"
                                + " signature",
                        "scope differs: AWS has 20260301/us-west-2/execute-api/aws4_request, we signed"
                                + " 20260301/execute-api/aws4_request"),
                explainAsymmetric(CANONICAL, other));
        assertEquals(
                List.of(Finding.SECRET_KEY.with()),
                explainAsymmetric(
                        CANONICAL,
                        new Rejection(
                                Cause.SIGNATURE_MISMATCH, "x", "no", new Workings(CANONICAL, ASYMMETRIC_TO_SIGN))));
        assertTrue(explainAsymmetric(CANONICAL, new Rejection(Cause.INCOMPLETE_SIGNATURE, "x", ""))
                .get(1)
                .contains("may not take Signature Version 4A"));
    }

    @Test
    void suspectsTheSecretKeyWhenNothingDiffers() {
        assertTrue(mismatch(CANONICAL, TO_SIGN).get(0).contains("secret key does not belong"));
    }

    @Test
    void comparesScopeAndHost() {
        assertEquals(
                List.of("scope says us-west-2, host says us-east-1"),
                explain(new Rejection(Cause.WRONG_SCOPE, "x", "Credential should be scoped to a valid region.")));
        assertEquals(
                "scope says execute-api, AWS expects aps",
                explain(new Rejection(Cause.WRONG_SCOPE, "x", "Credential should be scoped to correct service: 'aps'."))
                        .get(1));
    }

    @Test
    void neverTakesTheRegionThatAwsRefusesForTheOneItExpects() {
        assertEquals(
                List.of("scope says us-west-2, host says us-east-1"),
                explain(new Rejection(
                        Cause.WRONG_SCOPE, "x", "Credential should be scoped to a valid region, not 'us-west-2'. ")));
        assertEquals(
                "scope says us-west-2, AWS expects eu-west-1",
                explain(new Rejection(Cause.WRONG_SCOPE, "x", "the region 'us-west-2' is wrong; expecting 'eu-west-1'"))
                        .get(1));
    }

    @Test
    void saysThatTheClockIsRightAgainWhenACorrectionHasOutlivedIt() {
        Rejection skew = new Rejection(Cause.CLOCK_SKEW, "x", "Signature not yet current");
        Instant now = AT.minusSeconds(412);
        assertEquals(
                List.of("clock is right again, but the signature still followed an earlier correction"),
                Explainer.explain(skew, SIGNED, Optional.of(now), now));
        assertEquals(
                List.of("clock is 900 s ahead"),
                Explainer.explain(skew, SIGNED, Optional.of(now.minusSeconds(900)), now));
    }

    @Test
    void tellsHowFarTheClockIsOff() {
        Rejection skew = new Rejection(Cause.CLOCK_SKEW, "x", "Signature expired");
        assertEquals(
                List.of("clock is 412 s behind"),
                Explainer.explain(skew, SIGNED, Optional.of(AT.plusSeconds(412)), AT));
        assertEquals(
                List.of("clock is 412 s ahead"),
                Explainer.explain(skew, SIGNED, Optional.of(AT.minusSeconds(412)), AT));
        assertTrue(explain(skew).get(0).contains("no Date"));
    }

    @Test
    void mentionsTheClockWhateverTheCauseWhenItIsOff() {
        Rejection expired = new Rejection(Cause.EXPIRED_TOKEN, "x", "");
        assertEquals(
                "clock is 61 s behind",
                Explainer.explain(expired, SIGNED, Optional.of(AT.plusSeconds(61)), AT)
                        .get(1));
        assertEquals(
                1,
                Explainer.explain(expired, SIGNED, Optional.of(AT.plusSeconds(60)), AT)
                        .size());
    }

    @Test
    void tellsWhenTheTokenExpired() {
        Rejection expired = new Rejection(Cause.EXPIRED_TOKEN, "ExpiredTokenException", "");
        Signed signed = new Signed("h", AT, CANONICAL, TO_SIGN, Optional.of(AT));
        assertEquals(
                List.of("token expired 3 minutes ago"),
                Explainer.explain(expired, signed, Optional.empty(), AT.plus(Duration.ofMinutes(3))));
        assertEquals(
                "token expired 3 minutes ago",
                Explainer.explain(expired, signed, Optional.of(AT.plusSeconds(180)), AT.minusSeconds(420))
                        .get(0),
                "by AWS's clock, which is what the token was held against");
        assertTrue(Explainer.explain(expired, signed, Optional.empty(), AT.minusSeconds(1))
                .get(0)
                .contains("valid until 2026-03-01T12:00:00Z"));
    }

    @ParameterizedTest
    @EnumSource
    void everyCauseHasAFindingWithoutSecrets(Cause cause) {
        List<String> findings = explain(new Rejection(cause, "x", "message", new Workings(CANONICAL, TO_SIGN)));
        assertFalse(findings.isEmpty());
        assertFalse(findings.toString().contains("canary"), findings.toString());
        assertFalse(findings.toString().contains("\n"), findings.toString());
        assertFalse(SIGNED.toString().contains("canary"));
    }

    @Test
    void everyFindingIsInTheDocs() throws IOException {
        String page = Files.readString(Path.of("../docs/REJECTIONS.md"));
        String section = page.substring(page.indexOf("## The findings"));
        List<String> listed = section.split("```\n", -1)[1].lines().toList();
        assertEquals(Arrays.stream(Finding.values()).map(Finding::template).toList(), listed);
    }

    @ParameterizedTest
    @EnumSource
    void everyFindingTakesWhatWasFoundInItsPlaces(Finding finding) {
        int places = finding.template().split("…", -1).length - 1;
        Object[] found = new Object[places];
        Arrays.fill(found, "x");
        assertEquals(finding.template().replace("…", "x"), finding.with(found));
    }

    @Test
    void aServiceWithoutAnApplicationIsNotSaidToHaveAnApi() {
        Signed search = new Signed("h", AT, CANONICAL, TO_SIGN.replace("execute-api", "es"), Optional.empty());
        Rejection unknown = new Rejection(Cause.FORBIDDEN, "", "no way");
        assertEquals(
                List.of(Finding.SERVICE_REFUSES.template()), Explainer.explain(unknown, search, Optional.empty(), AT));
        assertEquals(List.of(Finding.GUARD.template()), explain(unknown));
        Rejection blocked = new Rejection(
                Cause.FORBIDDEN, "cluster_block_exception", "index [a] blocked by: [FORBIDDEN/12/index read-only]");
        assertEquals(
                List.of(Finding.CLUSTER_BLOCKED.template()), Explainer.explain(blocked, search, Optional.empty(), AT));
    }
}
