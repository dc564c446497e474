package io.countersign.gateway.tenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a tenant's requests past its limits, and of nobody else's, over real sockets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TenantLimitsTest {
    private static final String TENANTS = """
            access.allow = ["127.0.0.0/8"]
            routes.metrics.limits.body = 1 MiB
            tenants {
              rated { match.addresses = ["127.0.1.0/24"], routes = [metrics], rate = 1/h, burst = 2 }
              narrow { match.addresses = ["127.0.2.0/24"], routes = [metrics], in-flight = 1 }
              small { match.addresses = ["127.0.3.0/24"], routes = [metrics], buffered = 1 MiB }
              daily { match.addresses = ["127.0.4.0/24"], routes = [metrics], bytes-per-day = 20 B
                      bytes-per-day-mode = enforce }
              watched { match.addresses = ["127.0.5.0/24"], routes = [metrics], bytes-per-day = 20 B }
              free { match.addresses = ["127.0.9.0/24"], routes = [metrics] }
            }
            """;

    private static final String FREE = "127.0.9.1";

    private Site site;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        site = new Site(folder, TENANTS);
    }

    @AfterAll
    void end() {
        site.close();
    }

    @Test
    void pastItsRateAWriteIsKeptAndARequestToReadIsToldWhen() {
        assertEquals(200, site.send("127.0.1.1", "POST", "/metrics/x").status());
        assertEquals(200, site.send("127.0.1.2", "GET", "/metrics/x").status());
        Answer write = site.send("127.0.1.1", "POST", "/metrics/x");
        assertEquals(503, write.status());
        assertEquals("300", write.field("retry-after"));
        assertTrue(write.body().contains("tenant rated is over its rate (tenants.rated.rate)"), write::body);
        assertTrue(write.field("proxy-status").contains("error=http_request_denied"), write::toString);
        Answer read = site.send("127.0.1.2", "GET", "/metrics/x");
        assertEquals(429, read.status());
        assertEquals("300", read.field("retry-after"));
        assertEquals(200, site.send(FREE, "GET", "/metrics/x").status());
        assertTrue(
                site.metrics().contains("countersign_tenant_refusals_total{limit=\"rate\",tenant=\"rated\"} 2.0"),
                site::metrics);
    }

    @Test
    void holdsSoManyRequestsAtATimeAndGivesTheirPlacesBack() {
        try (Client first = site.connect("127.0.2.1");
                Client second = site.connect("127.0.2.1")) {
            first.write("GET /metrics/slow HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            Await.until(
                    "the first is in flight",
                    () -> site.metrics().contains("countersign_tenant_in_flight{tenant=\"narrow\"} 1.0"));
            Answer refused = second.send("GET", "/metrics/x", "");
            assertEquals(429, refused.status());
            assertTrue(refused.body().contains("tenants.narrow.in-flight"), refused::body);
            assertEquals(200, site.send(FREE, "GET", "/metrics/x").status());
            site.slow.release();
            assertEquals(200, first.read().status());
            Await.until(
                    "its place is free",
                    () -> second.send("GET", "/metrics/x", "").status() == 200);
        }
    }

    /** Whoever goes away in the middle holds nothing any more. */
    @Test
    void aClientThatGoesAwayGivesItsPlaceAndItsMemoryBack() {
        try (Client other = site.connect("127.0.3.1")) {
            try (Client client = site.connect("127.0.3.1")) {
                client.write("POST /metrics/x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 700000\r\n\r\nbegun");
                Await.until(
                        "its memory is reserved",
                        () -> site.metrics().contains("countersign_tenant_buffered_bytes{tenant=\"small\"} 700000.0"));
                Answer refused = other.send("POST", "/metrics/x", "x".repeat(700_000));
                assertEquals(503, refused.status());
                assertTrue(refused.body().contains("tenants.small.buffered, 1048576 bytes"), refused::body);
                assertEquals(200, post(FREE, 700_000).status());
            }
            Await.until("it is given back", () -> post("127.0.3.2", 700_000).status() == 200);
            Await.until(
                    "nothing is held",
                    () -> site.metrics().contains("countersign_tenant_buffered_bytes{tenant=\"small\"} 0.0")
                            && site.metrics().contains("countersign_tenant_in_flight{tenant=\"small\"} 0.0"));
        }
    }

    @Test
    void aChunkedBodyThatGrowsPastTheShareIsRefused() {
        try (Client holder = site.connect("127.0.3.5");
                Client client = site.connect("127.0.3.6")) {
            holder.write("POST /metrics/x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900000\r\n\r\nbegun");
            Await.until(
                    "its memory is reserved",
                    () -> site.metrics().contains("countersign_tenant_buffered_bytes{tenant=\"small\"} 900000.0"));
            client.write("POST /metrics/x HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.write(Integer.toHexString(500_000) + "\r\n" + "x".repeat(500_000) + "\r\n0\r\n\r\n");
            Answer refused = client.read();
            assertEquals(503, refused.status());
            assertTrue(refused.body().contains("tenants.small.buffered"), refused::body);
        }
        Await.until(
                "nothing is held",
                () -> site.metrics().contains("countersign_tenant_buffered_bytes{tenant=\"small\"} 0.0"));
    }

    @Test
    void pastItsBytesOfTheDayItIsRefusedOnlyWhereThatIsEnforced() {
        assertEquals(200, post("127.0.4.1", 30).status());
        Await.until("its bytes are counted", () -> post("127.0.4.1", 1).status() == 503);
        Answer refused = site.send("127.0.4.1", "GET", "/metrics/x");
        assertEquals(429, refused.status());
        assertTrue(refused.body().contains("tenants.daily.bytes-per-day"), refused::body);
        int wait = Integer.parseInt(refused.field("retry-after"));
        assertTrue(wait >= 1 && wait <= 300, refused::toString);
        assertEquals(200, post("127.0.5.1", 30).status());
        Await.until(
                "its bytes are counted",
                () -> site.metrics().contains("countersign_tenant_bytes_per_day_ratio{tenant=\"watched\"} 1.6"));
        assertEquals(200, post("127.0.5.1", 30).status());
    }

    @Test
    void whatEachTenantGotIsCountedByTheKindOfCaller() {
        try (Client client = site.connect("127.0.9.7")) {
            client.send("POST", "/metrics/x", "12345");
            client.send("GET", "/elsewhere", "");
        }
        Await.until("both are counted", () -> {
            String metrics = site.metrics();
            return metrics.contains(
                            "countersign_tenant_requests_total{caller=\"address\",outcome=\"success\",tenant=\"free\"}")
                    && metrics.contains(
                            "countersign_tenant_requests_total{caller=\"address\",outcome=\"refused\",tenant=\"free\"}")
                    && metrics.contains("countersign_tenant_bytes_total{direction=\"request\",tenant=\"free\"}");
        });
    }

    @Test
    void everyMetricIsDescribed() throws Exception {
        String described = Files.readString(Path.of("../docs/OBSERVABILITY.md"));
        List<String> names = site.metrics()
                .lines()
                .filter(line -> line.startsWith("# TYPE countersign_tenant_"))
                .map(line -> line.split(" ", -1)[2])
                .toList();
        assertEquals(6, names.size(), names::toString);
        names.forEach(name -> assertTrue(described.contains("`" + name + "`"), name));
    }

    private Answer post(String from, int bytes) {
        try (Client client = site.connect(from)) {
            return client.send("POST", "/metrics/x", "x".repeat(bytes));
        }
    }
}
