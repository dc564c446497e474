package io.countersign.cli.causes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.standin.StandIn;
import io.countersign.standin.fault.Effect;
import io.countersign.standin.fault.Fault;
import io.countersign.standin.verify.Credential;
import io.countersign.standin.verify.ErrorForm;
import io.countersign.standin.verify.RejectionType;
import io.countersign.standin.wire.HeaderLine;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A 403 is never a riddle: each cause is named in words, on the log, on the admin port and in the metrics. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CausesTest {
    private ManyRoutes site;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        site = new ManyRoutes(folder);
    }

    @AfterEach
    void mend() {
        List.of(site.gateway, site.table, site.store).forEach(standIn -> {
            standIn.faults().clear();
            standIn.credentials().replaceAll(ManyRoutes.KEY);
        });
        site.hop.meddle(UnaryOperator.identity());
    }

    /** Last, so that it reads what every test made the proxy say. */
    @AfterAll
    void tellsNoSecretAnywhere() throws Exception {
        try (ManyRoutes all = site) {
            List.of("/metrics", "/rejections", "/readyz?signing", "/readyz", "/healthz")
                    .forEach(page -> read(all, page));
            assertTrue(all.captured.heard("rejected by AWS"), "the log was heard");
            assertTrue(all.captured.heard("\"route\":\"rest\""), "the access log was heard");
            // Each holds the last one, which finds parts of them too.
            List.of(ManyRoutes.SECRET, ManyRoutes.WRONG_SECRET, ManyRoutes.TOKEN, "CANARY")
                    .forEach(all.captured::assertNowhere);
        }
    }

    private static void read(ManyRoutes site, String page) {
        try {
            site.admin(page);
        } catch (Exception e) {
            throw new AssertionError(page, e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "(?i)content-type: text/plain, content-type: text/html, header content-type differs",
        "(?i)/hop, /other, path differs: AWS has /other",
        "(?i)content-type: text/plain\\r\\n, '', 'header content-type was signed, but did not reach AWS'",
        "(?i)x-amz-meta-a: 1, x-amz-meta-a: 2, header x-amz-meta-a differs",
        "\\?a=1, ?a=2, query parameter a differs",
        "^POST, PUT, 'method differs: AWS saw PUT, we signed POST'"
    })
    void namesWhatAHopChanged(String part, String by, String finding) throws Exception {
        assertEquals(200, site.post("/hop?a=1", "X-Amz-Meta-A", "1").statusCode(), "the hop itself does no harm");
        site.hop.meddle(head -> head.replaceFirst(part, by));
        site.assertExplained("hop", "/hop?a=1", "signature_mismatch", finding);
    }

    @Test
    void namesAPathThatWasEncodedOnce() throws Exception {
        site.assertExplained(
                "single", "/single/with%20space", "signature_mismatch", "path encoded once, expected twice");
    }

    @Test
    void namesRegionAndServiceOfAWrongScope() throws Exception {
        site.assertExplained("region", "/region", "wrong_scope", "scope says us-west-2, host says us-east-1");
        site.assertExplained("elsewhere", "/elsewhere", "wrong_scope", "scope says us-west-2 and execute-api");
        site.assertExplained("service", "/service", "wrong_scope", "scope says aps, AWS expects execute-api");
    }

    @ParameterizedTest
    @CsvSource({
        "disabled, /disabled, of another account",
        "json-disabled, /jdisabled, of another account",
        "s3-disabled, /sdisabled, of another account"
    })
    void namesAKeyThatAwsDoesNotKnow(String route, String target, String finding) throws Exception {
        dress();
        site.assertExplained(route, target, route.startsWith("s3") ? "unknown_key" : "invalid_token", finding);
    }

    @ParameterizedTest
    @CsvSource({"mistyped, /mistyped", "s3-mistyped, /smistyped"})
    void namesASecretThatIsNotTheKeys(String route, String target) throws Exception {
        dress();
        site.assertExplained(route, target, "signature_mismatch", "the secret key does not belong to the key id");
    }

    @ParameterizedTest
    @CsvSource({"rest, /rest", "json, /json", "s3, /s3"})
    void namesAnExpiredToken(String route, String target) throws Exception {
        dress();
        Instant past = Instant.now().minusSeconds(180);
        List.of(site.gateway, site.table, site.store)
                .forEach(standIn -> standIn.credentials().expire(ManyRoutes.KEY.accessKey(), past));
        site.assertExplained(route, target, "expired_token", "token expired");
    }

    /** Our clock is behind, so the source's keys still look good to us when AWS has them expired. */
    @Test
    void tellsHowLongAgoATokenExpiredByTheClockOfAws() throws Exception {
        Duration ahead = Duration.between(Instant.now(), site.sts.expiry).plusSeconds(185);
        site.gateway.credentials().expire(ManyRoutes.KEY.accessKey(), site.sts.expiry);
        site.gateway.faults().add(Fault.always(new Effect.ClockSkew(ahead)));
        assertEquals(503, site.post("/role").statusCode(), "the clock is corrected for the next");
        site.assertExplained("role", "/role", "expired_token", "token expired 3 minutes ago");
        mend();
        assertEquals(503, site.post("/role").statusCode(), "the clock is corrected back");
        assertEquals(200, site.post("/role").statusCode(), "good again");
        assertEquals(0, skew(site.gateway));
    }

    @ParameterizedTest
    @CsvSource({
        "MISSING_AUTHENTICATION_TOKEN, missing_authentication, the API has no such method and path (POST /",
        "ACCESS_DENIED, permission, 'the credentials are valid, but their policy does not allow this'",
        "INCOMPLETE_SIGNATURE, incomplete_signature, changed the Authorization header"
    })
    void namesWhatSigningCanNotMend(RejectionType type, String cause, String finding) throws Exception {
        dress();
        site.gateway.faults().add(Fault.always(new Effect.Reject(type)));
        site.table.faults().add(Fault.always(new Effect.Reject(type)));
        site.assertExplained("rest", "/rest", cause, finding);
        boolean missing = type == RejectionType.MISSING_AUTHENTICATION_TOKEN;
        site.assertExplained("json", "/json", cause, missing ? "AWS found no signature" : finding);
        if (type == RejectionType.ACCESS_DENIED) {
            site.store.faults().add(Fault.always(new Effect.Reject(type)));
            site.assertExplained("s3", "/s3", cause, finding);
        }
    }

    @Test
    void namesTheBareForbiddenOfAnHttpApi() throws Exception {
        site.gateway
                .faults()
                .add(Fault.always(new Effect.RejectionForm(ErrorForm.APIGATEWAY_HTTP))
                        .on("/http"));
        site.gateway.credentials().remove(ManyRoutes.KEY.accessKey());
        site.assertExplained("http", "/http", "bare_forbidden", "permission, key, token or signature");
    }

    @Test
    void namesFirewallAndAuthorizerAndRelaysTheAuthorizersRefusal() throws Exception {
        site.gateway
                .faults()
                .add(Fault.always(new Effect.Reject(RejectionType.FORBIDDEN)).times(1));
        assertEquals(503, site.post("/rest").statusCode());
        site.assertNamed("rest", "forbidden", "WAF, an API key");
        site.gateway
                .faults()
                .add(Fault.always(new Effect.Status(
                        403,
                        List.of(new HeaderLine("x-amzn-ErrorType", "AccessDeniedException")),
                        "{\"Message\":\"User is not authorized to access this resource\"}")));
        assertEquals(403, site.post("/rest").statusCode());
        site.assertNamed("rest", "authorizer", "Lambda authorizer refused");
    }

    @Test
    void relaysWithoutTheTokenWhereTheRouteSaysSo() throws Exception {
        site.gateway
                .credentials()
                .replaceAll(Credential.of(ManyRoutes.KEY.accessKey(), ManyRoutes.WRONG_SECRET)
                        .withToken(ManyRoutes.TOKEN));
        HttpResponse<String> answer = site.post("/relay");
        assertEquals(403, answer.statusCode());
        assertTrue(answer.body().contains("The request signature we calculated does not match"), answer.body());
        assertFalse(answer.body().contains("The Canonical String for this request"), answer.body());
        assertFalse(answer.body().contains("CANARY"), answer.body());
        site.assertNamed("relay", "signature_mismatch", "the secret key does not belong to the key id");
    }

    @ParameterizedTest
    @CsvSource({
        "rest, 412, behind",
        "rest, -412, ahead",
        "json, 412, behind",
        "json, -412, ahead",
        "s3, 412, behind",
        "s3, -412, ahead"
    })
    void namesCorrectsAndUnlearnsASkewedClock(String route, int seconds, String word) throws Exception {
        dress();
        StandIn standIn = Map.of("rest", site.gateway, "json", site.table, "s3", site.store)
                .get(route);
        standIn.faults().add(Fault.always(new Effect.ClockSkew(Duration.ofSeconds(seconds))));
        assertCorrected(route);
        site.captured.await("route " + route + ": ", "clock_skew ", "clock is 41", " s " + word);
        assertEquals(seconds, skew(standIn), 2);
        standIn.faults().clear();
        dress();
        assertCorrected(route);
        site.assertNamed(route, "clock_skew", "clock is right again");
        assertEquals(0, skew(standIn));
    }

    /** Behind an API stands an application, so a POST is left to the agent's own retry; elsewhere it is sent again at once. */
    private void assertCorrected(String route) throws Exception {
        if (route.equals("rest")) {
            assertEquals(503, site.post("/" + route).statusCode(), "the clock is corrected for the next");
        }
        assertEquals(200, site.post("/" + route).statusCode(), "by the right clock");
    }

    private double skew(StandIn standIn) throws Exception {
        return site.metric("countersign_clock_skew_seconds", ":" + standIn.port() + "\"");
    }

    /** Each in the form of its own service. */
    private void dress() {
        site.table.faults().add(Fault.always(new Effect.RejectionForm(ErrorForm.JSON)));
        site.store.faults().add(Fault.always(new Effect.RejectionForm(ErrorForm.S3)));
    }
}
