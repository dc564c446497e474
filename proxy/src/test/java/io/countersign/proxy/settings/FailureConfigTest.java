package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.route.FailureConfig;
import io.countersign.proxy.route.RouteConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests' senders are to keep their data. */
class FailureConfigTest {

    @ParameterizedTest
    @CsvSource({
        "POST, /api/v1/write",
        "POST, /prod/api/v1/push",
        "POST, /api/v1/remote_write",
        "POST, /workspaces/ws-1/api/v1/remote_write",
        "POST, /loki/api/v1/push",
        "POST, /v1/metrics",
        "PUT, /index/_doc/1",
        "PATCH, /x",
        "POST, /_bulk",
        "POST, /index/_bulk",
        "POST, /api/v1/query_range/more",
        "POST, /",
    })
    void aWriteOfTelemetryKeepsItsData(String method, String path) {
        assertTrue(auto().keepsData(method, path, false));
        assertFalse(auto().keepsData(method, path, true), "an SDK signed it itself and wants to know");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/query",
        "HEAD, /",
        "DELETE, /index",
        "OPTIONS, /",
        "POST, /api/v1/query",
        "POST, /api/v1/query_range",
        "POST, /api/v1/query_exemplars",
        "POST, /prod/api/v1/series",
        "POST, /api/v1/labels",
        "POST, /api/v1/read",
        "POST, /api/v1/format_query",
        "POST, /workspaces/ws-1/api/v1/query/",
        "POST, /loki/api/v1/query_range",
        "POST, /_search",
        "POST, /index/_search",
        "POST, /index/_search/",
        "POST, '/a,b/_msearch'",
        "POST, /index/_count",
        "POST, /_mget",
        "POST, /_search/scroll",
        "POST, /index/_field_caps",
        "POST, /_sql",
        "POST, /_plugins/_sql",
    })
    void aReadIsToldTheError(String method, String path) {
        assertFalse(auto().keepsData(method, path, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3", "dynamodb", "sts", "bedrock", "sqs", "appsync", "neptune-db", "timestream"})
    void aServiceThatTakesNoTelemetryRelays(String service) {
        RouteConfig route = Load.route("service = " + service + ", region = us-east-1");

        assertFalse(route.delivery().failure().keepsData("POST", "/", false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "execute-api",
                "aps",
                "logs",
                "xray",
                "monitoring",
                "es",
                "aoss",
                "osis",
                "lambda",
                "vpc-lattice-svcs",
                "kinesis"
            })
    void aServiceThatTakesTelemetryKeeps(String service) {
        RouteConfig route = Load.route("service = " + service + ", region = us-east-1");

        assertTrue(route.delivery().failure().keepsData("POST", "/", false));
    }

    @Test
    void aRouteSaysOtherwise() {
        assertTrue(Load.route("on-failure = keep-data").delivery().failure().keepsData("GET", "/x", true));
        assertFalse(Load.route("on-failure = relay").delivery().failure().keepsData("POST", "/api/v1/write", false));
        FailureConfig reads =
                Load.route("read-paths = [\"/reports/*/run\", /ask]").delivery().failure();
        assertFalse(reads.keepsData("POST", "/reports/7/run", false));
        assertFalse(reads.keepsData("POST", "/ask/", false));
        assertTrue(reads.keepsData("POST", "/reports/7/run/now", false));
        assertTrue(reads.keepsData("POST", "/asks", false));
        assertTrue(reads.keepsData("POST", "/reportsX7Xrun", false));
    }

    @Test
    void aRouteThatDoesNotSignGoesByItsHost() {
        assertTrue(Load.route("auth = none").delivery().failure().keepsData("POST", "/", false));
    }

    @Test
    void theFormerNameIsStillRead() {
        LoadResult.Loaded loaded = Load.loaded(Load.with("routes.m.answers = relay"), Map.of());

        assertEquals(
                FailureConfig.Mode.RELAY,
                loaded.config().routes().get(0).delivery().failure().mode());
        assertEquals(1, loaded.warnings().size());
        assertTrue(
                loaded.warnings().get(0).toString().contains("(routes.m.answers): is now called routes.m.on-failure"));
    }

    @Test
    void aHoldHasItsTime() {
        assertEquals(Duration.ofMinutes(10), Load.route("").delivery().failure().holdAtMost());
        assertEquals(
                Duration.ZERO,
                Load.route("hold-at-most = 0 s").delivery().failure().holdAtMost());
        List<String> faults = Load.faults(Load.with("routes.m { hold-at-most = 2 d, read-paths = [x] }"), Map.of());
        assertEquals(2, faults.size(), faults::toString);
    }

    private static FailureConfig auto() {
        return Load.route("").delivery().failure();
    }
}
