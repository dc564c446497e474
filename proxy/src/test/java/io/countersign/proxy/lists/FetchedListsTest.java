package io.countersign.proxy.lists;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.access.ListText;
import io.countersign.proxy.access.RemoteList;
import io.countersign.proxy.access.RemoteLists;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.state.StateFolder;
import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.ReceivedRequest;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.Signatures;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import io.countersign.sigv4.AwsCredentials;
import io.countersign.testing.ConnectProxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of a source, and what of its answers is taken. */
@WireTest
class FetchedListsTest {
    private static final CredentialsConfig SIGNING = new CredentialsConfig(
            "default",
            new CredentialsConfig.Static(new AwsCredentials(TestProxy.ACCESS_KEY, TestProxy.SECRET, TestProxy.TOKEN)),
            Optional.empty());
    private static final String TAGGED =
            "HTTP/1.1 200 OK\r\nETag: \"one\"\r\nContent-Length: 26\r\n\r\n10.0.0.1 # noisy\n10.0.0.2\n";

    private FakeUpstream source;
    private FetchedLists lists;
    private final AtomicInteger changes = new AtomicInteger();

    @BeforeEach
    void start() {
        source = FakeUpstream.https();
        lists = new FetchedLists(Environment.of(Map.of()), Clock.systemUTC(), Duration.ofSeconds(20));
        changes.set(0);
    }

    @AfterEach
    void stop() {
        lists.close();
        source.close();
    }

    private RemoteList list() {
        return RemoteList.parse(source.url() + "/deny.list?token=QUERYSECRET");
    }

    private RemoteLists settings(RemoteList list, boolean allowShrink, long room) {
        return new RemoteLists(
                List.of(list),
                List.of(),
                Duration.ofSeconds(30),
                allowShrink,
                new RemoteLists.Reach(Optional.of("eu-central-1"), source.authority()),
                room);
    }

    private void fetch(RemoteList list, boolean allowShrink, long room) throws InterruptedException {
        lists.fetch(List.of(list), settings(list, allowShrink, room), SIGNING, changes::incrementAndGet);
    }

    private void fetch() throws InterruptedException {
        fetch(list(), false, 1 << 20);
    }

    private String text() {
        return lists.of(list()).map(FetchedListsTest::text).orElse("none");
    }

    private static String text(ListText text) {
        return StandardCharsets.UTF_8.decode(text.content()).toString();
    }

    private String failure() {
        return lists.failure(list()).orElse("none");
    }

    private static String ok(String text) {
        return Script.ok(text);
    }

    private static String tagged() {
        String text = "10.0.0.1 # noisy\n10.0.0.2\n";
        return TAGGED.substring(0, TAGGED.indexOf("Content-Length")) + "Content-Length: " + text.length() + "\r\n\r\n"
                + text;
    }

    @Test
    void asksForAnotherVersionThanTheOneThatIsHere() throws Exception {
        source.script((request, connection) -> connection.send(
                request.head().has("if-none-match") ? "HTTP/1.1 304 Not Modified\r\nETag: \"one\"\r\n\r\n" : tagged()));
        fetch();
        assertEquals("10.0.0.1 # noisy\n10.0.0.2\n", text());
        assertEquals(1, changes.get());
        fetch();
        assertEquals(1, changes.get());
        assertEquals("none", failure());
        ReceivedRequest second = source.awaitRequests(2).requests().get(1);
        assertEquals("\"one\"", second.head().value("if-none-match"));
        assertEquals("GET /deny.list?token=QUERYSECRET HTTP/1.1", second.head().startLine());
        assertFalse(second.head().has("authorization"));
        source.script(Script.always(ok("10.0.0.1\n10.0.0.3\n")));
        fetch();
        assertEquals("10.0.0.1\n10.0.0.3\n", text());
        assertEquals(2, changes.get());
        assertEquals(0, lists.status().get(0).failures());
        assertTrue(lists.status().get(0).lastSuccess().isPresent());
    }

    @Test
    void goesThroughTheEnvironmentsProxy() throws Exception {
        lists.close();
        RemoteList elsewhere = RemoteList.parse("https://lists.example/deny.list");
        try (ConnectProxy egress = ConnectProxy.to(source.port())) {
            egress.answering("HTTP/1.1 403 Forbidden\r\n\r\n");
            lists = new FetchedLists(
                    Environment.of(Map.of("HTTPS_PROXY", egress.url(""))), Clock.systemUTC(), Duration.ofSeconds(20));
            fetch(elsewhere, false, 1 << 20);
            String failure = lists.failure(elsewhere).orElse("none");
            assertTrue(failure.contains("does not permit connections to lists.example:443 (403)"), failure);
            // The certificate is that of the list's server, through the tunnel as without one.
            egress.answering("HTTP/1.1 200 OK\r\n\r\n");
            fetch(elsewhere, false, 1 << 20);
            failure = lists.failure(elsewhere).orElse("none");
            assertTrue(failure.contains("the certificate of lists.example:443 is not good"), failure);
        }
    }

    /** Whole, and asked for again by its version, as without one; the list's server is spoken to over TLS through the tunnel. */
    @Test
    void aListComesThroughTheProxy() throws Exception {
        RemoteList elsewhere = RemoteList.parse("https://lists.example/deny.list?token=QUERYSECRET");
        try (FakeUpstream server = FakeUpstream.https("lists.example");
                ConnectProxy egress = ConnectProxy.to(server.port()).demanding("dTpw");
                FetchedLists there = through(egress)) {
            server.script((request, connection) -> connection.send(
                    request.head().has("if-none-match")
                            ? "HTTP/1.1 304 Not Modified\r\nETag: \"one\"\r\n\r\n"
                            : tagged()));
            for (int i = 0; i < 2; i++) {
                there.fetch(List.of(elsewhere), trusting(elsewhere, server), SIGNING, changes::incrementAndGet);
                assertEquals(Optional.empty(), there.failure(elsewhere));
                assertEquals(
                        "10.0.0.1 # noisy\n10.0.0.2\n",
                        there.of(elsewhere).map(FetchedListsTest::text).orElse("none"));
            }
            assertEquals(1, changes.get());
            List<ReceivedRequest> requests = server.awaitRequests(2).requests();
            assertEquals(
                    "GET /deny.list?token=QUERYSECRET HTTP/1.1",
                    requests.get(0).head().startLine());
            assertEquals("lists.example", requests.get(0).head().value("host"));
            assertFalse(requests.get(0).head().has("proxy-authorization"));
            assertEquals("\"one\"", requests.get(1).head().value("if-none-match"));
            assertTrue(egress.heads().get(0).startsWith("CONNECT lists.example:443 HTTP/1.1\r\n"));
            assertFalse(egress.heads().toString().contains("QUERYSECRET"));
        }
    }

    @Test
    void anObjectAndAParameterComeThroughTheProxySigned() throws Exception {
        RemoteList object = RemoteList.parse("s3://acme-lists/teams/deny.list");
        RemoteList parameter = RemoteList.parse("ssm:/countersign/deny");
        try (FakeUpstream aws = FakeUpstream.https(
                        "acme-lists.s3.eu-central-1.amazonaws.com", "ssm.eu-central-1.amazonaws.com");
                ConnectProxy egress = ConnectProxy.to(aws.port()).demanding("dTpw");
                FetchedLists there = through(egress)) {
            aws.script((request, connection) -> connection.send(
                    request.head().startLine().startsWith("POST")
                            ? ok("{\"Parameter\":{\"Value\":\"10.0.0.3\",\"Version\":1}}")
                            : tagged()));
            for (RemoteList list : List.of(object, parameter)) {
                there.fetch(List.of(list), trusting(list, aws), SIGNING, changes::incrementAndGet);
                assertEquals(Optional.empty(), there.failure(list));
            }
            assertEquals(
                    List.of("10.0.0.1 # noisy\n10.0.0.2\n", "10.0.0.3"),
                    Stream.of(object, parameter)
                            .map(list ->
                                    there.of(list).map(FetchedListsTest::text).orElse("none"))
                            .toList());
            List<ReceivedRequest> requests = aws.awaitRequests(2).requests();
            assertEquals(
                    List.of("acme-lists.s3.eu-central-1.amazonaws.com", "ssm.eu-central-1.amazonaws.com"),
                    requests.stream().map(each -> each.head().value("host")).toList());
            requests.forEach(Signatures::verify);
            assertFalse(egress.heads().toString().toLowerCase(Locale.ROOT).contains("\nauthorization"));
        }
    }

    private static FetchedLists through(ConnectProxy egress) {
        return new FetchedLists(
                Environment.of(Map.of("HTTPS_PROXY", egress.url("u:p@"))), Clock.systemUTC(), Duration.ofSeconds(20));
    }

    private static RemoteLists trusting(RemoteList list, FakeUpstream server) {
        return new RemoteLists(
                List.of(list),
                List.of(),
                Duration.ofSeconds(30),
                false,
                new RemoteLists.Reach(Optional.of("eu-central-1"), server.authority()),
                1 << 20);
    }

    @Test
    void aProxyThatCannotBeUsedIsSaid() throws Exception {
        lists.close();
        lists = new FetchedLists(
                Environment.of(Map.of("HTTPS_PROXY", "socks5://u:passw0rd@h")),
                Clock.systemUTC(),
                Duration.ofSeconds(20));
        fetch();
        assertTrue(failure().startsWith("HTTPS_PROXY is not an http or https URL"), failure());
        assertFalse(failure().contains("passw0rd"), failure());
    }

    /** The one in force stays, whatever comes. */
    @Test
    void takesNothingButAWholeListThatWasAskedFor() throws Exception {
        source.script(Script.always(ok("10.0.0.1\n10.0.0.2\n")));
        fetch();
        Map<String, String> bad = Map.ofEntries(
                Map.entry("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone", "answered 404"),
                Map.entry("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "answered 500"),
                Map.entry("HTTP/1.1 304 Not Modified\r\n\r\n", "answered 304"),
                Map.entry("HTTP/1.1 204 No Content\r\n\r\n", "answered 204"),
                Map.entry(
                        "HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-8/18\r\nContent-Length: 9\r\n\r\n10.0.0.1\n",
                        "answered 206"),
                Map.entry(
                        "HTTP/1.1 302 Found\r\nLocation: " + source.url() + "/other\r\nContent-Length: 0\r\n\r\n",
                        "redirects are not followed"),
                Map.entry("HTTP/1.1 200 OK\r\n\r\n10.0.0.1\n10.0.0.2\n10.0.0.3\n", "no Content-Length"),
                Map.entry(
                        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n10.0.0.1\n",
                        "Content-Encoding"),
                Map.entry("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "larger than limits.lists"),
                Map.entry(
                        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Length: 18\r\n\r\n10.0.0.1\n", "faulty head"),
                Map.entry("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nno list!\n", "deny.list?...:1: "),
                Map.entry(ok("10.0.0.1\ninclude \"/etc/passwd\"\n10.0.0.2\n"), "deny.list?...:2: includes a file"),
                Map.entry(ok("<html>\n<p>Sign in</p>\n<p>x\n<p>y\n<p>z\n"), "and 2 more errors like these"),
                Map.entry(ok(""), "it is empty"),
                Map.entry(ok("# nobody\n"), "it is empty"),
                Map.entry("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZ\r\n", "malformed chunk"));
        int failures = 0;
        for (Map.Entry<String, String> answer : bad.entrySet()) {
            source.script((request, connection) -> {
                connection.send(answer.getKey());
                connection.close();
            });
            fetch();
            assertTrue(failure().contains(answer.getValue()), answer + " gave " + failure());
            assertFalse(failure().contains("QUERYSECRET"), failure());
            assertEquals("10.0.0.1\n10.0.0.2\n", text());
            assertEquals(++failures, lists.status().get(0).failures());
        }
        assertEquals(1, changes.get());
        assertFalse(lists.status().toString().contains("QUERYSECRET"));
        assertEquals(
                0,
                source.requests().stream()
                        .filter(request -> request.head().target().equals("/other"))
                        .count());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n10.0.0.1\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n10.0.0.1\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-",
                ""
            })
    void takesNoListThatIsCutShort(String answer) throws Exception {
        source.script((request, connection) -> {
            connection.send(answer);
            connection.closeWithoutNotify();
        });
        fetch();
        assertEquals("none", text());
        assertTrue(failure().contains("closed the connection") || failure().contains("broke"), failure());
    }

    @Test
    void takesAListInChunks() throws Exception {
        source.script(
                Script.always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n10.0.0.1\n\r\n0\r\n\r\n"));
        fetch();
        assertEquals("10.0.0.1\n", text());
    }

    @Test
    void boundsWhatItTakesInChunks() throws Exception {
        source.script((request, connection) -> {
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 64; i++) {
                connection.send("1000\r\n" + "# comment\n".repeat(409) + "123456\r\n");
            }
        });
        fetch(list(), false, 64 * 1024);
        assertTrue(failure().contains("larger than limits.lists"), failure());
        assertEquals("none", text());
        String line = "# " + "c".repeat(996) + "\n";
        source.script(Script.always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + ("3E7\r\n" + line + "\r\n").repeat(40) + "9\r\n10.0.0.1\n\r\n0\r\n\r\n"));
        fetch(list(), false, 100 * 1024);
        assertEquals(line.repeat(40) + "10.0.0.1\n", text());
    }

    /** A trickle as well: the deadline is for the whole. */
    @Test
    void waitsForNoSourceForLonger() throws Exception {
        try (FetchedLists hasty =
                new FetchedLists(Environment.of(Map.of()), Clock.systemUTC(), Duration.ofMillis(1500))) {
            source.script((request, connection) -> {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
                connection.awaitEnd();
            });
            hasty.fetch(List.of(list()), settings(list(), false, 1 << 20), SIGNING, changes::incrementAndGet);
            assertTrue(hasty.failure(list()).orElse("none").contains("not here within 1500 ms"));
        }
    }

    @Test
    void takesNoListThatHasLostMostOfItsEntries() throws Exception {
        source.script(Script.always(ok("10.0.0.1\n10.0.0.2\n10.0.0.3\n10.0.0.4\n10.0.0.5\n")));
        fetch();
        source.script(Script.always(ok("10.0.0.1\n10.0.0.2\n")));
        fetch();
        assertTrue(failure().contains("2 are left of 5; if that is meant, set access.allow-shrink = true"), failure());
        source.script(Script.always(ok("10.0.0.1\n10.0.0.2\n10.0.0.3\n")));
        fetch();
        assertEquals("10.0.0.1\n10.0.0.2\n10.0.0.3\n", text());
        source.script(Script.always(ok("# none\n")));
        fetch(list(), true, 1 << 20);
        assertEquals("# none\n", text());
        fetch();
        assertEquals("none", failure(), "what is in force already is no shrinking");
    }

    @Test
    void verifiesTheServer() throws Exception {
        source.script(Script.always(ok("10.0.0.1\n")));
        RemoteLists distrusting = new RemoteLists(
                List.of(list()),
                List.of(),
                Duration.ofSeconds(30),
                false,
                new RemoteLists.Reach(Optional.empty(), Optional.empty()),
                1 << 20);
        lists.fetch(List.of(list()), distrusting, SIGNING, changes::incrementAndGet);
        assertTrue(failure().contains("certificate"), failure());
        assertEquals(0, source.requests().size());
    }

    /** Judged once it is resolved, as an upstream is: localhost.localdomain's like must not lead to this machine. */
    @Test
    void goesToNoForbiddenAddress() throws Exception {
        RemoteList named = RemoteList.parse("https://ip6-loopback:" + source.port() + "/list");
        fetch(named, false, 1 << 20);
        String why = lists.failure(named).orElse("none");
        assertTrue(why.contains("loopback") || why.contains("not known"), why);
        assertEquals(0, source.requests().size());
    }

    @Test
    void signsForAnObject() throws Exception {
        try (FakeUpstream s3 = FakeUpstream.http();
                FetchedLists signing = signing("AWS_ENDPOINT_URL_S3", s3.url())) {
            RemoteList list = RemoteList.parse("s3://acme-lists/teams/pay ments+\u00e4.list");
            s3.script(Script.always(tagged()));
            signing.fetch(List.of(list), settings(list, false, 1 << 20), SIGNING, changes::incrementAndGet);
            signing.fetch(List.of(list), settings(list, false, 1 << 20), SIGNING, changes::incrementAndGet);
            assertEquals(Optional.empty(), signing.failure(list));
            ReceivedRequest request = s3.awaitRequests(2).requests().get(1);
            assertEquals(
                    "/acme-lists/teams/pay%20ments%2B%C3%A4.list",
                    request.head().target());
            assertTrue(request.head().value("authorization").contains("/eu-central-1/s3/aws4_request"));
            assertEquals("\"one\"", request.head().value("if-none-match"));
            Signatures.verify(request);
            s3.script(
                    Script.always("HTTP/1.1 301 Moved\r\nx-amz-bucket-region: us-west-2\r\nContent-Length: 0\r\n\r\n"));
            signing.fetch(List.of(list), settings(list, false, 1 << 20), SIGNING, changes::incrementAndGet);
            assertTrue(
                    signing.failure(list).orElse("none").contains("is in us-west-2: set access.lists-region"),
                    signing.failure(list).toString());
            String denied = "<Error><Code>AccessDenied</Code><Message>arn:secret</Message></Error>";
            s3.script(Script.always(
                    "HTTP/1.1 403 Forbidden\r\nContent-Length: " + denied.length() + "\r\n\r\n" + denied));
            signing.fetch(List.of(list), settings(list, false, 1 << 20), SIGNING, changes::incrementAndGet);
            assertEquals(Optional.of("the server answered 403 AccessDenied"), signing.failure(list));
        }
    }

    @Test
    void signsForAParameter() throws Exception {
        try (FakeUpstream ssm = FakeUpstream.http();
                FetchedLists signing = signing("AWS_ENDPOINT_URL", ssm.url())) {
            RemoteList list = RemoteList.parse("ssm:/countersign/deny");
            ssm.script(Script.always(ok("{\"Parameter\":{\"Name\":\"/countersign/deny\",\"Type\":\"String\","
                    + "\"Value\":\"10.0.0.1\\n10.0.0.2\\n\",\"Version\":7}}")));
            signing.fetch(List.of(list), settings(list, false, 1 << 20), SIGNING, changes::incrementAndGet);
            assertEquals(
                    "10.0.0.1\n10.0.0.2\n",
                    signing.of(list).map(FetchedListsTest::text).orElse("none"));
            signing.fetch(List.of(list), settings(list, false, 1 << 20), SIGNING, changes::incrementAndGet);
            assertEquals(1, changes.get());
            ReceivedRequest request = ssm.awaitRequests(2).requests().get(1);
            assertEquals("POST / HTTP/1.1", request.head().startLine());
            assertEquals("{\"Name\":\"/countersign/deny\",\"WithDecryption\":true}", request.body());
            assertTrue(request.head().value("authorization").contains("/eu-central-1/ssm/aws4_request"));
            assertTrue(Signatures.signedNames(request).contains("x-amz-target"));
            Signatures.verify(request);
            for (String bad : List.of(
                    "{}",
                    "[]",
                    "{\"Parameter\":{\"Value\":[],\"Version\":1}}",
                    "{\"Parameter\":{\"Value\":\"10.0.0.1\"}}")) {
                ssm.script(Script.always(ok(bad)));
                signing.fetch(List.of(list), settings(list, false, 1 << 20), SIGNING, changes::incrementAndGet);
                assertTrue(signing.failure(list).orElse("none").contains("not a parameter"), bad);
            }
            String fault = "{\"__type\":\"com.amazonaws.ssm#ParameterNotFound\",\"message\":\"x\"}";
            ssm.script(Script.always(
                    "HTTP/1.1 400 Bad Request\r\nContent-Length: " + fault.length() + "\r\n\r\n" + fault));
            signing.fetch(List.of(list), settings(list, false, 1 << 20), SIGNING, changes::incrementAndGet);
            assertEquals(Optional.of("the server answered 400 ParameterNotFound"), signing.failure(list));
        }
    }

    /** Its versions begin anew when it is deleted and created again. */
    @Test
    void takesAParameterThatWasCreatedAnewAndShowsNothingOfOneThatIsNoList() throws Exception {
        try (FakeUpstream ssm = FakeUpstream.http();
                FetchedLists signing = signing("AWS_ENDPOINT_URL", ssm.url())) {
            RemoteList list = RemoteList.parse("ssm:/countersign/deny");
            for (String text : List.of("10.0.0.1", "10.0.0.2")) {
                ssm.script(Script.always(ok("{\"Parameter\":{\"Value\":\"" + text + "\",\"Version\":1}}")));
                signing.fetch(List.of(list), settings(list, false, 1 << 20), SIGNING, changes::incrementAndGet);
                assertEquals(text, signing.of(list).map(FetchedListsTest::text).orElse("none"));
            }
            ssm.script(Script.always(ok("{\"Parameter\":{\"Value\":\"\\nPASSWORDSECRET\",\"Version\":2}}")));
            signing.fetch(List.of(list), settings(list, false, 1 << 20), SIGNING, changes::incrementAndGet);
            String failure = signing.failure(list).orElse("none");
            assertTrue(failure.startsWith("ssm:/countersign/deny:2: is not an entry"), failure);
            assertFalse(failure.contains("PASSWORDSECRET"), failure);
        }
    }

    private static FetchedLists signing(String variable, String url) {
        return new FetchedLists(Environment.of(Map.of(variable, url)), Clock.systemUTC(), Duration.ofSeconds(20));
    }

    /** What another process has kept acts while the source is away, and is asked about by its version. */
    @Test
    void startsFromACopyWhileTheSourceIsAway(@TempDir Path folder) throws Exception {
        Path dir = folder.resolve("state");
        try (StateFolder state = StateFolder.open(dir)) {
            lists.keepIn(new KeptCopies(Optional.of(state)));
            source.script(Script.always(tagged()));
            fetch();
        }
        try (Stream<Path> files = Files.list(dir)) {
            assertFalse(files.map(Path::toString).anyMatch(name -> name.contains("QUERYSECRET")));
        }
        try (StateFolder state = StateFolder.open(dir);
                FetchedLists next =
                        new FetchedLists(Environment.of(Map.of()), Clock.systemUTC(), Duration.ofSeconds(20))) {
            next.keepIn(new KeptCopies(Optional.of(state)));
            source.script(Script.always("HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n"));
            next.fetch(List.of(list()), settings(list(), false, 1 << 20), SIGNING, changes::incrementAndGet);
            assertEquals(
                    "10.0.0.1 # noisy\n10.0.0.2\n",
                    next.of(list()).map(FetchedListsTest::text).orElse("none"));
            assertEquals(2, changes.get());
            assertEquals(
                    "\"one\"", source.awaitRequests(2).requests().get(1).head().value("if-none-match"));
        }
        try (Stream<Path> files = Files.list(dir)) {
            Path copy = files.filter(file -> file.toString().endsWith(".copy"))
                    .findFirst()
                    .orElseThrow();
            Files.writeString(copy, "countersign-list 1\nyesterday\n\n\nno list\n");
        }
        try (StateFolder state = StateFolder.open(dir);
                FetchedLists next =
                        new FetchedLists(Environment.of(Map.of()), Clock.systemUTC(), Duration.ofSeconds(20))) {
            next.keepIn(new KeptCopies(Optional.of(state)));
            next.fetch(List.of(list()), settings(list(), false, 1 << 20), SIGNING, changes::incrementAndGet);
            assertEquals(Optional.empty(), next.of(list()));
        }
    }
}
