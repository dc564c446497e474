package io.countersign.proxy.rejection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.secrets.Secrets;
import io.countersign.sigv4.AwsCredentials;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RejectionFuzzTest {
    private static final List<String> SEEDS = List.of(
            "{\"message\":\"Forbidden\"}",
            "{\"__type\":\"a#ExpiredTokenException\",\"message\":\"\\u0041\\n\",\"n\":[1,{\"a\":null}],\"t\":true}",
            "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>M &amp; M</Message><RequestId>R</RequestId></Error>",
            "<ErrorResponse><Error><Code>ExpiredToken</Code></Error><RequestId>R</RequestId></ErrorResponse>",
            "The Canonical String for this request should have been\n'a'\n\nThe String-to-Sign should have been\n'b'\n");
    private static final String CHARS = "{}[]\"':,\\/<>&;# \n\t\0untrueflsx019-+eE.%=\u00ff\ud800";

    @Test
    void garbageNeverThrowsNorPassesForARejection() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Secrets secrets = Secrets.of(new AwsCredentials("A", "s3cr3t/+=", "tok/en+=="));
        for (int i = 0; i < 50_000; i++) {
            byte[] body = body(random);
            Map<String, String> headers = random.nextBoolean()
                    ? Map.of("apigw-requestid", "R", "date", new String(body, ISO_8859_1))
                    : Map.of("x-amzn-errortype", new String(body, UTF_8), "content-encoding", "gzip");
            RejectionClassifier.classify(403, headers::get, body, "s3", CannedResponse.SIGNED_AT, secrets)
                    .ifPresent(rejection -> {
                        assertTrue(rejection.message().length() <= 300);
                        RejectionBody.of(rejection, headers::get, body, "s3", secrets);
                    });
            for (int status : new int[] {400, 403, 429, 500}) {
                for (String service : List.of("s3", "aps", "execute-api")) {
                    for (boolean whole : new boolean[] {true, false}) {
                        UpstreamErrors.of(
                                new UpstreamErrors.Received(status, headers::get, body, whole),
                                service,
                                CannedResponse.SIGNED_AT,
                                secrets);
                    }
                }
            }
            secrets.mask(new String(body, ISO_8859_1));
            CanonicalParts.of(new String(body, UTF_8));
        }
    }

    private static byte[] body(Random random) {
        if (random.nextInt(4) == 0) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            return noise;
        }
        StringBuilder text = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
        for (int change = random.nextInt(6); change > 0 && text.length() > 0; change--) {
            int at = random.nextInt(text.length());
            char c = CHARS.charAt(random.nextInt(CHARS.length()));
            switch (random.nextInt(3)) {
                case 0 -> text.setCharAt(at, c);
                case 1 -> text.deleteCharAt(at);
                default -> text.insert(at, c);
            }
        }
        return text.toString().getBytes(UTF_8);
    }

    @Test
    void deepNestingIsRefusedNotRecursedInto() {
        String deep = "{\"message\":\"Forbidden\",\"a\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}";
        assertEquals(
                Optional.empty(),
                CannedResponse.of(403, deep, "apigw-requestid", "R").cause());
        assertEquals(Optional.empty(), JsonStrings.of(deep));
    }

    @Test
    void readsABodyUpToTheBoundAndNoFurther() {
        String head = "{\"__type\":\"ExpiredTokenException\",\"pad\":\"";
        int room = AwsError.MAX_BODY - head.length() - 2;
        assertTrue(CannedResponse.of(400, head + "x".repeat(room) + "\"}")
                .cause("dynamodb")
                .isPresent());
        assertTrue(CannedResponse.of(400, head + "x".repeat(room + 1) + "\"}")
                .cause("dynamodb")
                .isEmpty());
    }

    @Test
    void jsonIsReadStrictly() {
        assertEquals(Optional.of(Map.of("a", "\u00e9\"\nA")), JsonStrings.of(" {\"a\":\"\u00e9\\\"\\n\\u0041\"} "));
        assertEquals(Optional.of(Map.of()), JsonStrings.of("{}"));
        assertEquals(
                Optional.of(Map.of("a.b", "1", "b", "2")),
                JsonStrings.of("{\"a\":{\"b\":\"1\"},\"b\":\"2\",\"c\":-1.5e3}"));
        assertEquals(
                Optional.of(Map.of("a[].b", "1")),
                JsonStrings.of("{\"a\":[{\"b\":\"1\"},{\"b\":\"2\",\"c\":{\"d\":{\"e\":\"3\"}}}]}"));
        for (String bad : List.of(
                "",
                "{",
                "{}{}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":\"\n\"}",
                "{a:1}",
                "{\"a\":1,}",
                "[]",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "null",
                "{\"a\":tru}")) {
            assertEquals(Optional.empty(), JsonStrings.of(bad), bad);
        }
    }
}
