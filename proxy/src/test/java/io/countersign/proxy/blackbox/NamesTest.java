package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.BlackHole;
import io.countersign.proxy.testing.DnsServer;
import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.SilentServer;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.Await;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream's name that a DNS server answers for: its addresses change, fail and lie while requests flow. */
@WireTest
class NamesTest {
    private static final String NAME = "api.localhost";

    /** So that nearly every request needs a new connection, and with it addresses. */
    private static final String SHORT_LIVED = TestProxy.main("timeouts { pool-max-age = 10ms, pool-idle = 10ms }");

    private final List<AutoCloseable> open = new ArrayList<>();
    private DnsServer dns;
    private int port;

    @BeforeEach
    void start() {
        dns = keep(new DnsServer());
        port = SilentServer.unusedPort();
    }

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        open.clear();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void anUpstreamThatMovesIsFollowedWithoutAnError(int loops) {
        FakeUpstream before = host("127.0.0.2");
        dns.answer(NAME, "127.0.0.2");
        TestProxy proxy = proxy(loops, TestProxy.main("timeouts { pool-max-age = 200ms }"));
        List<RawClient> clients = clients(proxy, 2 * loops);
        get(clients);
        assertEquals(2 * loops, before.requests().size());
        FakeUpstream after = host("127.0.0.3");
        dns.answer(NAME, "127.0.0.3");
        Await.until("nothing more goes to the old address", () -> {
            int so = before.requests().size();
            for (int i = 0; i < 20; i++) {
                get(clients);
            }
            return before.requests().size() == so && !after.requests().isEmpty();
        });
        before.close();
        int so = before.requests().size();
        for (int i = 0; i < 20; i++) {
            get(clients);
        }
        assertEquals(so, before.requests().size());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void newConnectionsSpreadOverAllAddresses(int loops) {
        List<FakeUpstream> hosts = List.of(host("127.0.0.2"), host("127.0.0.3"), host("127.0.0.4"));
        dns.answer(NAME, "127.0.0.2", "127.0.0.3", "127.0.0.4");
        List<RawClient> clients = clients(proxy(loops, SHORT_LIVED), 2 * loops);
        Await.until("each host has had a request", () -> {
            get(clients);
            return hosts.stream().noneMatch(host -> host.requests().isEmpty());
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void addressesThatAreDeadCostNoRequest(int loops) throws IOException {
        keep(new BlackHole("127.0.0.2", port));
        FakeUpstream alive = host("127.0.0.4");
        // Nothing listens at the second.
        dns.answer(NAME, "127.0.0.2", "127.0.0.3", "127.0.0.4");
        List<RawClient> clients = clients(proxy(loops, SHORT_LIVED), 2 * loops);
        for (int i = 0; i < 5; i++) {
            get(clients);
        }
        assertEquals(5 * 2 * loops, alive.requests().size());
    }

    /** Also while it says that the name does not exist: the system's resolver does not tell one from the other. */
    @ParameterizedTest
    @CsvSource({"2, 2", "4, 2", "4, 3"})
    void theLastAddressesServeWhileTheServerFails(int loops, int rcode) {
        FakeUpstream upstream = host("127.0.0.2");
        dns.answer(NAME, "127.0.0.2");
        TestProxy proxy = proxy(loops, SHORT_LIVED, "countersign.names.last-good = 1h");
        List<RawClient> clients = clients(proxy, 2 * loops);
        get(clients);
        dns.fail(NAME, rcode);
        Await.until("the last addresses are used", () -> {
            get(clients);
            return count(proxy, "last_good") > 2L * loops;
        });
        assertEquals(0, count(proxy, "none"));
        // Whoever is asked again notices when the server is back, and where the upstream has gone.
        FakeUpstream moved = host("127.0.0.3");
        dns.answer(NAME, "127.0.0.3");
        Await.until("the new address is used", () -> {
            get(clients);
            return !moved.requests().isEmpty();
        });
        assertFalse(upstream.requests().isEmpty());
    }

    @Test
    void theLastAddressesServeForTheirTimeAndThenTheErrorIsClear() {
        host("127.0.0.2");
        dns.answer(NAME, "127.0.0.2");
        TestProxy proxy =
                proxy(2, SHORT_LIVED, "countersign.names.last-good = 2s", TestProxy.main("on-failure = relay"));
        assertEquals(200, proxy.exchange(Requests.get("/")).status());
        dns.fail(NAME, DnsServer.SERVFAIL);
        List<Response> failed = new ArrayList<>();
        Await.until("the last addresses are too old", () -> {
            Response response = proxy.exchange(Requests.get("/"));
            if (response.status() != 200) {
                failed.add(response);
            }
            return !failed.isEmpty();
        });
        ProblemAssert.problem(502, failed.get(0))
                .error("dns_error")
                .details("the name " + NAME + " cannot be resolved");
        assertTrue(count(proxy, "last_good") > 0);
        assertTrue(count(proxy, "none") > 0);
        dns.answer(NAME, "127.0.0.2");
        Await.until("it works again", () -> proxy.exchange(Requests.get("/")).status() == 200);
    }

    @Test
    void theLastAddressesServeWhileTheServerIsSilent() {
        FakeUpstream upstream = host("127.0.0.2");
        dns.answer(NAME, "127.0.0.2");
        TestProxy proxy = proxy(2, SHORT_LIVED);
        assertEquals(200, proxy.exchange(Requests.get("/")).status());
        dns.silence(NAME);
        Await.until("the last addresses are used", () -> {
            assertEquals(200, proxy.exchange(Requests.get("/")).status());
            return count(proxy, "last_good") > 2;
        });
        assertTrue(upstream.requests().size() > 2);
    }

    @Test
    void aServerThatSaysNothingFromTheStartIsATimeout() {
        dns.silence(NAME);
        TestProxy proxy =
                proxy(2, TestProxy.main("timeouts { connect = 200ms }"), TestProxy.main("on-failure = relay"));
        ProblemAssert.problem(503, proxy.exchange(Requests.get("/"))).error("dns_timeout");
        dns.answer(NAME, "127.0.0.2");
        host("127.0.0.2");
        Await.until("it works", () -> proxy.exchange(Requests.get("/")).status() == 200);
    }

    @Test
    void aServerThatIsNotThereIsNotTakenForItsWordOnTheName() {
        dns.close();
        TestProxy proxy = proxy(2, TestProxy.main("on-failure = relay"));
        ProblemAssert.problem(502, proxy.exchange(Requests.get("/")))
                .error("dns_error")
                .details("the name " + NAME + " cannot be resolved");
    }

    @Test
    void anAnswerThatDoesNotFitIsAskedForByTcp() {
        host("127.0.0.2");
        dns.answerTruncated(NAME, "127.0.0.2");
        assertEquals(200, proxy(2).exchange(Requests.get("/")).status());
        assertTrue(
                dns.questions().contains("tcp A " + NAME), () -> dns.questions().toString());
    }

    @Test
    void aNameThatDoesNotExistIsNotRememberedForLong() {
        TestProxy proxy = proxy(2, TestProxy.main("on-failure = relay"));
        ProblemAssert.problem(502, proxy.exchange(Requests.get("/")))
                .error("dns_error")
                .details("the name " + NAME + " is not known");
        dns.answer(NAME, "127.0.0.2");
        host("127.0.0.2");
        Await.until("it works", () -> proxy.exchange(Requests.get("/")).status() == 200);
    }

    /** In the clear only loopback may be connected to; of a name with TLS, loopback never. */
    @Test
    void nothingIsConnectedToAForbiddenAddressAmongOthers() {
        FakeUpstream home = host("127.0.0.2");
        dns.answer("api.example", "127.0.0.2", "169.254.169.254");
        dns.answer(NAME, "169.254.169.254", "127.0.0.3", "10.0.0.5");
        FakeUpstream good = host("127.0.0.3");
        TestProxy proxy = proxy(
                2,
                SHORT_LIVED,
                TestProxy.main("on-failure = relay"),
                TestProxy.route("tls", "https://api.example:" + port, "match.path-prefix = /tls\non-failure = relay"));
        for (int i = 0; i < 10; i++) {
            assertEquals(200, proxy.exchange(Requests.get("/")).status());
            ProblemAssert.problem(502, proxy.exchange(Requests.get("/tls"))).error("destination_ip_prohibited");
        }
        assertEquals(List.of(), home.connections());
        assertEquals(10, good.requests().size());
    }

    private TestProxy proxy(int loops, String... settings) {
        String names = "countersign.names { resolver = dns, servers = [\"" + dns.address() + "\"] }";
        String threads = "countersign.limits.event-loops = " + loops;
        return keep(TestProxy.startTo(
                "http://" + NAME + ":" + port + TestProxy.STAGE, names, threads, String.join("\n", settings)));
    }

    private FakeUpstream host(String address) {
        return keep(FakeUpstream.http(address, port));
    }

    /** Enough that each loop has some. */
    private List<RawClient> clients(TestProxy proxy, int count) {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(keep(proxy.connect()));
        }
        return clients;
    }

    /** A request by each client, all at once; every one is answered 200. */
    private static void get(List<RawClient> clients) {
        clients.forEach(client -> client.send(Requests.get("/")));
        clients.forEach(client -> {
            Response response = client.read();
            assertEquals(200, response.status(), response::toString);
        });
    }

    private static long count(TestProxy proxy, String source) {
        try (RawClient scraper = RawClient.connect(proxy.adminAddress())) {
            String text = scraper.send(Requests.get("/metrics")).read().body();
            String series = "countersign_upstream_names_resolved_total{source=\"" + source + "\"} ";
            int at = text.indexOf(series);
            assertTrue(at >= 0, () -> "no " + series + " in\n" + text);
            return (long) Double.parseDouble(text.substring(at + series.length(), text.indexOf('\n', at)));
        }
    }

    private <T extends AutoCloseable> T keep(T one) {
        open.add(one);
        return one;
    }
}
