package io.countersign.gateway.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.testing.RunningGateway;
import io.countersign.gateway.testing.Upstream;
import io.countersign.proxy.StartFailure;
import io.countersign.testing.Await;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What callers of a running gateway see of the life of a route. */
class LifecyclesTest {
    private final Upstream upstream = new Upstream(Map.of("Link", "</a>; rel=\"first\"", "Deprecation", "@1"));

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        upstream.close();
    }

    @Test
    void aDraftIsThereForWhomItNamesAndForNobodyElse() throws StartFailure {
        String draft = "state = draft, draft-for = [%s]";
        try (RunningGateway gateway = new RunningGateway(folder, routes(draft.formatted("\"10.0.0.0/8\"")))) {
            assertEquals(404, gateway.get("/api/x").statusCode());
            HttpResponse<String> write = gateway.post("/api/x", "data");
            assertEquals(503, write.statusCode());
            assertEquals(
                    gateway.get("/no/xyz").body().length(),
                    gateway.get("/api/xy").body().length());
            assertEquals(preflight(gateway, "/nowhere"), preflight(gateway, "/api/x"));
            assertEquals(List.of(), upstream.received());

            gateway.configure(routes(draft.formatted("\"127.0.0.0/8\"")));
            assertEquals(200, gateway.get("/api/x").statusCode());
        }
    }

    /** A draft changes nothing about other routes, and its own methods are not to be seen. */
    @Test
    void whereThereIsADraftOtherRoutesStillSayWhichMethodsTheyTake() throws StartFailure {
        String methods = """
                state = draft, draft-for = ["10.0.0.0/8"], match.methods = [PUT] }
                live { upstream = "http://127.0.0.1:1", auth = none, match { path-prefix = /live, methods = [POST] } }
                both { upstream = "http://127.0.0.1:1", auth = none, match { path-prefix = /api, methods = [DELETE] }
                """;
        try (RunningGateway gateway = new RunningGateway(folder, routes(methods))) {
            HttpResponse<String> live = gateway.get("/live/x");
            assertEquals(405, live.statusCode());
            assertEquals(List.of("POST"), live.headers().allValues("allow"));
            HttpResponse<String> both = gateway.get("/api/x");
            assertEquals(405, both.statusCode());
            assertEquals(List.of("DELETE"), both.headers().allValues("allow"));
        }
    }

    @Test
    void aDeprecatedRouteSaysSoInEveryResponse() throws StartFailure {
        try (RunningGateway gateway = new RunningGateway(folder, routes("""
                        state = deprecated, deprecation = 2026-01-01, sunset = "2027-06-30T12:00:00Z"
                        successor = "https://new.example/v2"
                        """))) {
            HttpResponse<String> relayed = gateway.get("/api/x");
            assertEquals(200, relayed.statusCode());
            assertEquals(List.of("@1767225600"), relayed.headers().allValues("deprecation"));
            assertEquals(
                    List.of("Wed, 30 Jun 2027 12:00:00 GMT"), relayed.headers().allValues("sunset"));
            assertEquals(
                    List.of("</a>; rel=\"first\"", "<https://new.example/v2>; rel=\"successor-version\""),
                    relayed.headers().allValues("link"));

            Await.until(
                    "the call is counted",
                    () -> gateway.admin("/metrics")
                            .contains(
                                    "countersign_deprecated_requests_total{route=\"api\",state=\"deprecated\",tenant=\"\"} 1.0"));

            HttpResponse<String> own = gateway.get("/api/x?X-Amz-Signature=1&X-Amz-Algorithm=AWS4-HMAC-SHA256");
            assertEquals(400, own.statusCode());
            assertEquals(List.of("@1767225600"), own.headers().allValues("deprecation"));
        }
    }

    @Test
    void aRetiredRouteKeepsAgentsWaitingUntilItsFinalDay() throws StartFailure {
        String retired = "state = retired, contact = \"#metrics\", retire.final = \"%s\"";
        try (RunningGateway gateway = new RunningGateway(folder, routes(retired.formatted("2099-01-01")))) {
            HttpResponse<String> write = gateway.post("/api/x", "data");
            assertEquals(503, write.statusCode());
            assertTrue(write.headers().firstValue("retry-after").isPresent());
            assertTrue(write.body().contains("is retired; ask #metrics"), write.body());

            gateway.configure(routes(retired.formatted("2026-01-01")));
            assertEquals(410, gateway.post("/api/x", "data").statusCode());
            assertEquals(410, gateway.get("/api/x").statusCode());
            assertEquals(List.of(), upstream.received());
        }
    }

    private static int preflight(RunningGateway gateway, String path) {
        return gateway.send(
                        HttpRequest.newBuilder(gateway.uri(path))
                                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()),
                        "Origin",
                        "https://page.example",
                        "Access-Control-Request-Method",
                        "POST")
                .statusCode();
    }

    private String routes(String settings) {
        return """
                routes { api { upstream = "%s", service = execute-api, region = us-east-1, match.path-prefix = "/api"
                               cors = ["https://page.example"]
                               %s } }
                """.formatted(upstream.url(), settings);
    }
}
