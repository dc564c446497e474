package io.countersign.proxy.rejection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.rejection.Comparison.Part;
import io.countersign.proxy.rejection.Comparison.Text;
import io.countersign.proxy.rejection.Rejection.Cause;
import io.countersign.proxy.secrets.Secrets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final String CANONICAL = """
            POST
            /prod/a%2520b
            key=queryvalue&other=1
            content-type:text/plain
            cookie:headervalue
            host:x.execute-api.us-east-1.amazonaws.com
            x-amz-security-token:tokenvalue

            content-type;cookie;host;x-amz-security-token
            abcd""";
    private static final String TO_SIGN =
            "AWS4-HMAC-SHA256\n20260301T120000Z\n20260301/us-west-2/execute-api/aws4_request\nfeed";

    private static Optional<Comparison> of(Cause cause, Workings aws, Secrets secrets) {
        return of(cause, CANONICAL, aws, secrets);
    }

    private static Optional<Comparison> of(Cause cause, String canonical, Workings aws, Secrets secrets) {
        Signed signed = new Signed("x", Instant.EPOCH, canonical, TO_SIGN, Optional.empty());
        return Comparison.of(new Rejection(cause, "", "", aws), signed, secrets);
    }

    private static Comparison mismatch(String canonical, String toSign) {
        Comparison comparison = of(Cause.SIGNATURE_MISMATCH, new Workings(canonical, toSign), Secrets.NONE)
                .orElseThrow();
        for (String secret : List.of("queryvalue", "headervalue", "tokenvalue")) {
            assertFalse(comparison.toString().contains(secret), comparison::toString);
        }
        return comparison;
    }

    private static List<String> different(Comparison comparison) {
        return comparison.parts().stream()
                .filter(Part::differs)
                .map(part -> part.name() + ": " + part.ours().orElse("-") + " | "
                        + part.aws().orElse("-"))
                .toList();
    }

    @Test
    void putsEachPartBesideTheOther() {
        Comparison comparison = mismatch(
                CANONICAL.replace("%2520", "%20").replace("text/plain", "text/html"), TO_SIGN.replace("feed", "beef"));

        assertEquals(Set.of(Text.CANONICAL_REQUEST, Text.STRING_TO_SIGN), comparison.sentBack());
        assertEquals(
                List.of(
                        "path: /prod/a%2520b | /prod/a%20b",
                        "header content-type: text/plain | text/html", "hash of the canonical request: feed | beef"),
                different(comparison));
        assertEquals(
                List.of(
                        "method",
                        "path",
                        "query key",
                        "query other",
                        "header content-type",
                        "header cookie",
                        "header host",
                        "header x-amz-security-token",
                        "signed headers",
                        "hash of the body",
                        "algorithm",
                        "time",
                        "scope",
                        "hash of the canonical request"),
                comparison.parts().stream().map(Part::name).toList());
    }

    @Test
    void marksWhatDiffersAndIsNotShown() {
        assertEquals(
                List.of(
                        "query key: [not shown: 10 characters] | [not shown: 11 characters]",
                        "header cookie: [not shown: 11 characters] | [not shown: 11 characters]",
                        "header x-amz-security-token: [not shown: 10 characters] | -"),
                different(mismatch(
                        CANONICAL
                                .replace("queryvalue", "queryvalue2")
                                .replace("headervalue", "headervalua")
                                .replace("x-amz-security-token:tokenvalue\n", ""),
                        TO_SIGN)));
    }

    @Test
    void saysWhereOnlyTheOrderOfTheQueryDiffers() {
        assertEquals(
                List.of("order of the query: key&other | other&key"),
                different(mismatch(CANONICAL.replace("key=queryvalue&other=1", "other=1&key=queryvalue"), TO_SIGN)));
    }

    @Test
    void saysThatAwsHasSentNothingBack() {
        Comparison comparison = mismatch("", "");

        assertEquals(Set.of(), comparison.sentBack());
        assertEquals(List.of(), different(comparison));
        assertTrue(comparison.parts().stream().allMatch(part -> part.aws().isEmpty()));
        assertEquals(14, comparison.parts().size());
    }

    @Test
    void onlyWhatWasSentBackDiffers() {
        assertEquals(
                List.of("time: 20260301T120000Z | 20260301T120009Z"),
                different(mismatch("", TO_SIGN.replace("00Z", "09Z"))));
        Comparison unreadable = mismatch("queryvalue", TO_SIGN);
        assertEquals(
                List.of(),
                different(unreadable).stream()
                        .filter(each -> !each.startsWith("form"))
                        .toList());
        assertEquals(Set.of(Text.STRING_TO_SIGN), unreadable.sentBack());
    }

    @Test
    void isForSignaturesAlone() {
        assertEquals(Optional.empty(), of(Cause.PERMISSION, Workings.NONE, Secrets.NONE));
        assertTrue(of(Cause.CLOCK_SKEW, new Workings("", TO_SIGN), Secrets.NONE).isPresent());
    }

    @Test
    void masksSecretsThatAreKnownWhereverTheyStand() {
        String shown = of(
                        Cause.SIGNATURE_MISMATCH,
                        new Workings(CANONICAL.replace("/prod/", "/prod/secretvalue1/"), TO_SIGN),
                        Secrets.NONE.and("secretvalue1"))
                .orElseThrow()
                .toString();
        assertFalse(shown.contains("secretvalue1"), shown);
        assertTrue(shown.contains("/prod/[redacted]/a%2520b"), shown);
    }

    @Test
    void keepsWhatDiffersWithinItsBound() {
        StringBuilder query = new StringBuilder("key=queryvalue");
        for (int i = 0; i < 500; i++) {
            query.append("&p").append(i).append('=').append(i);
        }
        String long500 = CANONICAL.replace("key=queryvalue", query).replace("/prod", "/" + "p".repeat(9000));
        Comparison comparison = long500(long500, long500.replace("p499=499", "p499=0"));

        assertEquals(60, comparison.parts().size());
        assertEquals(454, comparison.leftOut());
        assertEquals(
                List.of("query p499: [not shown: 3 characters] | [not shown: 1 characters]"), different(comparison));
        assertTrue(comparison.toString().length() < 20_000);
        Comparison all = long500(long500, long500.replaceAll("=\\d+", "=x"));
        assertEquals(60, all.parts().size());
        assertEquals(60, different(all).size());
    }

    private static Comparison long500(String ours, String aws) {
        return of(Cause.SIGNATURE_MISMATCH, ours, new Workings(aws, TO_SIGN), Secrets.NONE)
                .orElseThrow();
    }
}
