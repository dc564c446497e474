package io.countersign.gateway.identity.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import io.countersign.gateway.identity.kubernetes.ServiceAccounts.Answer;
import io.countersign.proxy.egress.Egress;
import io.countersign.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens of a cluster with an issuer that can be wrong, rotate its keys, and be away. */
@Timeout(60)
class ServiceAccountsTest {
    private static final String AUDIENCE = "countersign";
    private static final Instant NOW = Instant.parse("2026-11-27T06:00:00Z");
    private static final RSAKey KEY = LocalIssuer.rsa("one");
    private static final RSAKey NEXT = LocalIssuer.rsa("two");
    private static final ECKey CURVE = LocalIssuer.ec("curve");

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L); // wraps around on the way
    private volatile Instant now = NOW;

    private LocalIssuer issuer;
    private ServiceAccounts accounts;

    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    };

    @BeforeEach
    void start() throws IOException {
        issuer = LocalIssuer.start(KEY, CURVE);
        accounts = begin();
    }

    @AfterEach
    void stop() {
        accounts.close();
        issuer.close();
    }

    private ServiceAccounts begin() {
        KubernetesConfig config = new KubernetesConfig(
                issuer.uri(),
                AUDIENCE,
                Optional.empty(),
                Optional.empty(),
                Duration.ofMinutes(5),
                Duration.ofHours(24),
                Egress.DIRECT);
        ServiceAccounts begun =
                new ServiceAccounts(config, new IssuerHttp(config, System::nanoTime), clock, nanos::get);
        begun.start();
        return begun;
    }

    private void pass(Duration time) {
        now = now.plus(time);
        nanos.addAndGet(time.toNanos());
    }

    private JWTClaimsSet.Builder claims() {
        return issuer.claims("payments/agent", AUDIENCE, now);
    }

    private Answer identify(String token) {
        return accounts.identify(token, "10.0.0.1");
    }

    /** Once the first keys are there. */
    private Answer settled(String token) {
        Await.until("the keys are fetched", () -> !(identify(token) instanceof Answer.NotNow));
        return identify(token);
    }

    private static Answer agent() {
        return new Answer.Known(new ServiceAccount("payments", "agent"));
    }

    private void refuses(String token, String why) {
        settled(LocalIssuer.sign(claims(), KEY));
        Answer answer = identify(token);
        assertInstanceOf(Answer.Refused.class, answer);
        String said = ((Answer.Refused) answer).why();
        assertTrue(said.contains(why), said);
        assertFalse(said.contains("eyJ"), said);
        assertEquals(answer, identify(token));
    }

    @Test
    void knowsAccountsByBothKindsOfKey() {
        assertEquals(agent(), settled(LocalIssuer.sign(claims(), KEY)));
        assertEquals(agent(), settled(LocalIssuer.sign(claims(), CURVE)));
        assertEquals("payments/agent", new ServiceAccount("payments", "agent").toString());
        JWTClaimsSet.Builder several = claims().audience(List.of("https://kubernetes.default.svc", AUDIENCE));
        assertEquals(agent(), identify(LocalIssuer.sign(several, KEY)));
    }

    @Test
    void refusesAnotherAudience() {
        refuses(LocalIssuer.sign(claims().audience("https://kubernetes.default.svc"), KEY), "audience");
        refuses(LocalIssuer.sign(claims().audience((String) null), KEY), "audience");
        refuses(LocalIssuer.sign(claims().audience("countersign2"), KEY), "audience");
    }

    @Test
    void refusesWhatHasExpired() {
        String token = LocalIssuer.sign(claims(), KEY);
        assertEquals(agent(), settled(token));
        pass(Duration.ofSeconds(3629));
        assertEquals(agent(), identify(token));
        pass(Duration.ofSeconds(1));
        refuses(token, "expired");
        refuses(LocalIssuer.sign(claims().expirationTime(null), KEY), "when it ends");
    }

    @Test
    void aTokenCountsAgainWhenTheClockIsSetRight() {
        String token = LocalIssuer.sign(claims(), KEY);
        settled(LocalIssuer.sign(claims().jwtID("other"), KEY));
        now = now.plus(Duration.ofHours(3));
        refuses(token, "expired");
        now = NOW;
        assertEquals(agent(), identify(token));
    }

    @Test
    void refusesWhatIsNotValidYet() {
        String token = LocalIssuer.sign(claims().notBeforeTime(Date.from(NOW.plusSeconds(90))), KEY);
        refuses(token, "not valid yet");
        pass(Duration.ofSeconds(59));
        refuses(token, "not valid yet");
        pass(Duration.ofSeconds(1));
        assertEquals(agent(), identify(token));
    }

    @Test
    void leavesTokensOfOtherIssuersAlone() {
        String other = LocalIssuer.sign(claims().issuer("https://elsewhere"), KEY);
        assertEquals(new Answer.Foreign(), identify(other));
        assertEquals(new Answer.Foreign(), identify(other));
        assertEquals(new Answer.Foreign(), identify(LocalIssuer.sign(claims().issuer(issuer.url() + "/"), KEY)));
        for (String none : List.of("", "opaque", "a.b", "a.b.c", "a.b.c.d", "..", "eyJ.eyJ.eyJ")) {
            assertEquals(new Answer.Foreign(), identify(none), none);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "system:serviceaccount:payments",
                "system:serviceaccount:payments:agent:x",
                "system:serviceaccount::agent",
                "system:serviceaccount:pay/ments:agent",
                "system:serviceaccount:payments:*",
                "system:serviceaccount:Payments:agent",
                "system:node:payments:agent",
                "payments:agent"
            })
    void refusesOtherSubjects(String subject) {
        refuses(LocalIssuer.sign(claims().subject(subject), KEY), "service account");
    }

    @Test
    void refusesASignatureThatIsNotTheKeys() throws JOSEException {
        RSAKey stranger = LocalIssuer.rsa("one");
        refuses(LocalIssuer.sign(claims(), stranger), "wrong signature");
        String good = LocalIssuer.sign(claims(), KEY);
        String other = LocalIssuer.sign(claims().subject("system:serviceaccount:payments:admin"), KEY);
        String mixed = other.substring(0, other.lastIndexOf('.')) + good.substring(good.lastIndexOf('.'));
        refuses(mixed, "wrong signature");
        refuses(good.substring(0, good.lastIndexOf('.') + 1), "");
    }

    @Test
    void refusesTheAlgorithmNone() throws JOSEException {
        refuses(new PlainJWT(claims().build()).serialize(), "not a signed one");
        String good = LocalIssuer.sign(claims(), KEY);
        for (String algorithm : List.of("none", "None", "NONE")) {
            Base64URL header = Base64URL.encode("{\"alg\":\"" + algorithm + "\",\"kid\":\"one\"}");
            String claims = good.substring(good.indexOf('.'));
            refuses(header + claims, "");
            refuses(header + claims.substring(0, claims.lastIndexOf('.') + 1), "");
        }
    }

    /** A public key as the secret of an HMAC: everybody has it. */
    @Test
    void refusesAnHmacWithThePublicKey() throws Exception {
        for (byte[] secret : List.of(
                KEY.toRSAPublicKey().getEncoded(),
                KEY.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8))) {
            JWSHeader header =
                    new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build();
            refuses(LocalIssuer.sign(header, claims(), new MACSigner(secret)), "wrong signature");
        }
    }

    @Test
    void refusesOtherAlgorithmsOfTheRightKey() throws JOSEException {
        for (JWSAlgorithm algorithm : List.of(JWSAlgorithm.RS512, JWSAlgorithm.PS256)) {
            JWSHeader header = new JWSHeader.Builder(algorithm).keyID("one").build();
            refuses(LocalIssuer.sign(header, claims(), new RSASSASigner(KEY)), "wrong signature");
        }
        JWSHeader other =
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("curve").build();
        refuses(LocalIssuer.sign(other, claims(), new RSASSASigner(KEY)), "wrong signature");
    }

    @Test
    void takesNoKeyFromTheToken() throws JOSEException {
        RSAKey stranger = LocalIssuer.rsa("stranger");
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .jwk(stranger.toPublicJWK())
                .build();
        refuses(LocalIssuer.sign(header, claims(), new RSASSASigner(stranger)), "does not name its key");
        JWSHeader named = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("one")
                .jwk(stranger.toPublicJWK())
                .build();
        refuses(LocalIssuer.sign(named, claims(), new RSASSASigner(stranger)), "wrong signature");
    }

    @Test
    void refusesHugeAndDeepTokens() {
        String good = LocalIssuer.sign(claims(), KEY);
        refuses(good + "A".repeat(16 << 10), "more than 16384 bytes");
        refuses(LocalIssuer.sign(claims().claim("x", "y".repeat(16 << 10)), KEY), "more than 16384 bytes");
        Base64URL deep = Base64URL.encode("{\"iss\":\"" + issuer.url() + "\",\"a\":" + "[".repeat(5000));
        assertEquals(new Answer.Foreign(), identify("eyJ." + deep + ".x"));
    }

    /** What a token says is read before its signature is verified, on an event loop. */
    @Test
    void noTokenMakesItThrow() {
        settled(LocalIssuer.sign(claims(), KEY));
        String sound = "\"iss\":\"" + issuer.url() + "\",\"aud\":\"" + AUDIENCE
                + "\",\"sub\":\"system:serviceaccount:payments:agent\"";
        List<String> values = List.of(
                "31556889864403199", // Instant.MAX
                "-31557014167219200", // Instant.MIN
                "9223372036854775807",
                "-9223372036854775808",
                "1e308",
                "1e999999999",
                "-1e308",
                "0.5",
                "null",
                "\"x\"",
                "[]",
                "{}",
                "true");
        for (String value : values) {
            for (String other : values) {
                answers(
                        "{\"alg\":\"RS256\",\"kid\":\"one\"}",
                        "{" + sound + ",\"exp\":" + value + ",\"nbf\":" + other + "}");
            }
        }
        String claims = claims().build().toString();
        for (String name : List.of(
                "alg",
                "kid",
                "typ",
                "cty",
                "crit",
                "b64",
                "jku",
                "jwk",
                "x5u",
                "x5c",
                "x5t",
                "x5t#S256",
                "zip",
                "enc",
                "p2c",
                "epk",
                "iss",
                "other")) {
            values.forEach(
                    value -> answers("{\"kid\":\"one\",\"alg\":\"RS256\",\"" + name + "\":" + value + "}", claims));
        }
        answers("{\"alg\":\"RS256\",\"kid\":\"one\",\"x\":" + "[".repeat(9000) + "]".repeat(2000) + "}", claims);
        answers(
                "{\"alg\":\"RS256\",\"kid\":\"one\",\"x\":" + "{\"a\":".repeat(1500) + "1" + "}".repeat(1500) + "}",
                claims);
        for (String odd :
                List.of("null", "[]", "1", "\"x\"", "", "{}", "{\"alg\":null}", "{\"alg\":\"RS256\",\"kid\":null}")) {
            answers(odd, claims);
            answers("{\"alg\":\"RS256\",\"kid\":\"one\"}", odd);
        }
    }

    private void answers(String header, String claims) {
        String token = Base64URL.encode(header) + "." + Base64URL.encode(claims) + ".AAAA";
        assertFalse(identify(token) instanceof Answer.Known, header);
    }

    @Test
    void takesRotatedKeysAndForgetsWithdrawnOnes() {
        String old = LocalIssuer.sign(claims(), KEY);
        assertEquals(agent(), settled(old));
        int before = issuer.fetches.get();
        issuer.keys = List.of(NEXT);
        String rotated = LocalIssuer.sign(claims(), NEXT);
        assertInstanceOf(Answer.Refused.class, identify(rotated), "fetched a moment ago");

        pass(IssuerKeys.MIN_INTERVAL);
        assertInstanceOf(Answer.NotNow.class, identify(rotated));
        assertEquals(agent(), settled(rotated));
        assertEquals(before + 1, issuer.fetches.get());
        // The new keys are there a moment before the fetch is over.
        Await.until("its key is withdrawn", () -> identify(old) instanceof Answer.Refused);
    }

    @Test
    void aFloodOfUnknownKeysFetchesOnce() {
        assertEquals(agent(), settled(LocalIssuer.sign(claims(), KEY)));
        int before = issuer.fetches.get();
        pass(IssuerKeys.MIN_INTERVAL);
        String token = LocalIssuer.sign(claims(), LocalIssuer.rsa("unknown"));
        for (int i = 0; i < 1000; i++) {
            identify(token);
        }
        Await.until("the keys are fetched again", () -> identify(token) instanceof Answer.Refused);
        assertEquals(before + 1, issuer.fetches.get());
    }

    /** The keys that an issuer had stay for a day: tokens go on, new ones too. */
    @Test
    void goesOnWhileTheIssuerIsAwayButNotForever() {
        assertEquals(agent(), settled(LocalIssuer.sign(claims(), KEY)));
        issuer.status = 503;
        pass(Duration.ofHours(24));
        String late = LocalIssuer.sign(claims(), KEY);
        assertEquals(agent(), identify(late));
        pass(Duration.ofMillis(1));
        assertInstanceOf(Answer.NotNow.class, identify(late));
        assertInstanceOf(Answer.NotNow.class, identify(LocalIssuer.sign(claims(), KEY)));
    }

    @Test
    void startsWithoutItsIssuer() {
        accounts.close();
        issuer.status = 503;
        accounts = begin();
        String token = LocalIssuer.sign(claims(), KEY);
        int before = issuer.fetches.get();
        assertInstanceOf(Answer.NotNow.class, identify(token));
        issuer.status = 200;
        assertEquals(agent(), settled(token));
        assertTrue(issuer.fetches.get() > before, "fetched again");
    }

    @Test
    void keepsTheKeysWhenTheIssuerTalksNonsense() {
        assertEquals(agent(), settled(LocalIssuer.sign(claims(), KEY)));
        for (String nonsense : List.of(
                "",
                "{}",
                "{\"keys\":[]}",
                "[]",
                "{\"keys\":[null]}",
                "{\"keys\":[1]}",
                "{\"keys\":" + "[".repeat(100_000),
                "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"one\",\"n\":\"\",\"e\":\"\"}]}",
                "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"one\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"x5c\":[\"x\"]}]}",
                "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"one\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}]}",
                "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"one\",\"k\":\"AA\"}]}")) {
            issuer.body = Optional.of(nonsense);
            int before = issuer.fetches.get();
            pass(IssuerKeys.MIN_INTERVAL);
            String unknown = LocalIssuer.sign(claims(), NEXT);
            Await.until("the keys are fetched again", () -> identify(unknown) instanceof Answer.Refused);
            assertEquals(before + 1, issuer.fetches.get());
            assertEquals(agent(), identify(LocalIssuer.sign(claims(), KEY)), nonsense);
        }
    }

    @Test
    void aFloodOfWrongSignaturesKeepsNobodyOutForLong() {
        String good = LocalIssuer.sign(claims(), KEY);
        assertEquals(agent(), settled(good));
        String fresh = LocalIssuer.sign(claims().jwtID("fresh"), KEY);
        String signature = good.substring(good.lastIndexOf('.'));
        for (int i = 0; i < BadSignatures.MAX_OF_ORIGIN; i++) {
            assertInstanceOf(Answer.Refused.class, identify(wrong(i, signature)));
        }
        assertInstanceOf(Answer.NotNow.class, identify(wrong(-1, signature)));
        assertEquals(agent(), identify(good), "a token that is known goes on");
        assertInstanceOf(Answer.NotNow.class, identify(fresh), "a new one from there waits");
        assertEquals(agent(), accounts.identify(fresh, "10.0.0.2"), "from elsewhere it doesn't");

        for (int i = 0; i < 3 * BadSignatures.MAX; i++) {
            accounts.identify(wrong(i + 1000, signature), "10.1.0." + i);
        }
        assertInstanceOf(Answer.NotNow.class, accounts.identify(wrong(-2, signature), "10.2.0.1"));
        assertEquals(agent(), identify(good));
        pass(Duration.ofSeconds(1));
        assertEquals(agent(), identify(LocalIssuer.sign(claims().jwtID("fresh2"), KEY)));
    }

    /** A signature of an elliptic curve takes twenty times as long to verify. */
    @Test
    void aFloodOfDearSignaturesIsStoppedSooner() {
        String good = LocalIssuer.sign(claims(), CURVE);
        assertEquals(agent(), settled(good));
        String signature = good.substring(good.lastIndexOf('.'));
        for (int i = 0; i < 5; i++) {
            assertInstanceOf(Answer.Refused.class, identify(wrong("ES256", "curve", i, signature)));
        }
        assertInstanceOf(Answer.NotNow.class, identify(wrong("ES256", "curve", 5, signature)));
    }

    private String wrong(int number, String signature) {
        return wrong("RS256", "one", number, signature);
    }

    private String wrong(String algorithm, String key, int number, String signature) {
        Base64URL header = Base64URL.encode("{\"alg\":\"" + algorithm + "\",\"kid\":\"" + key + "\"}");
        Base64URL payload =
                Base64URL.encode(claims().jwtID("wrong" + number).build().toString());
        return header + "." + payload + signature;
    }
}
