package io.countersign.proxy.operations;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Gate;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.Signatures;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.testing.Await;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Listeners on Unix sockets, and rules on who calls by them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnixSocketTest {
    private static final String NOBODY = "65534";

    private Path folder;
    private Path socket;
    private final FakeUpstream upstream = FakeUpstream.http();

    @BeforeEach
    void makeFolder() throws IOException {
        // Short, unlike the folders of JUnit: a system takes 107 bytes for the path of a socket.
        folder = Files.createTempDirectory("cs");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        socket = folder.resolve("http.sock");
    }

    @AfterEach
    void removeFolder() throws IOException {
        upstream.close();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Test
    void signsForCallersByASocketAndLogsTheirUser() throws IOException {
        try (LogLines log = new LogLines();
                TestProxy proxy = start("");
                RawClient client = RawClient.connect(socket)) {
            assertEquals(200, client.send(Requests.get("/a")).read().status());
            assertEquals(
                    200,
                    client.send(Requests.post("/b", "x".repeat(500_000))).read().status());
            assertEquals(200, proxy.exchange(Requests.get("/by-tcp")).status());

            upstream.requests().forEach(Signatures::verify);
            String me = Files.getOwner(socket).getName();
            log.await("\"client\":\"unix:" + me + "\"", "\"path\":\"/a\"", "\"verdict\":\"allowed\"");
            assertEquals("rw-------", mode());
        }
        assertFalse(Files.exists(socket), "the socket is removed at the end");
    }

    @Test
    void whoEndsItsHalfStillGetsItsResponse() {
        try (TestProxy proxy = start("")) {
            for (String request : List.of(Requests.get("/half"), Requests.post("/half", "x".repeat(200_000)))) {
                try (RawClient client = RawClient.connect(socket)) {
                    client.send(request).halfClose();
                    assertEquals(200, client.read().status());
                    assertEquals("", client.readToEnd().rest());
                }
            }
            Gate answer = new Gate();
            upstream.script((request, connection) -> {
                answer.pass();
                connection.send(Script.ok("late"));
            });
            try (RawClient client = RawClient.connect(socket)) {
                client.send(Requests.get("/late")).halfClose();
                upstream.awaitRequests(3);
                answer.open();
                assertTrue(client.read().toString().contains("late"));
            }
            try (RawClient gone = RawClient.connect(socket)) {
                gone.send("GET /never HTTP/1.1\r\nHost: local").halfClose();
                assertEquals("", gone.readToEnd().rest());
            }
            assertEquals(200, proxy.exchange(Requests.get("/")).status());
        }
    }

    @Test
    void aRealCurlReachesIt() throws Exception {
        upstream.script(Script.always(Script.ok("hello")));
        try (TestProxy proxy = start("")) {
            assertEquals("hello 200", curl(List.of(), "/x"));
            assertTrue(proxy.address().getPort() > 0);
        }
    }

    @Test
    void servesManyCallersOnSeveralLoops() {
        try (TestProxy proxy = start("", "countersign.limits.event-loops = 3")) {
            List<CompletableFuture<Boolean>> all = IntStream.range(0, 24)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> manyRequests(i)))
                    .toList();
            assertTrue(all.stream().allMatch(CompletableFuture::join));
            assertEquals(24 * 20, upstream.requests().size());
            upstream.requests().forEach(Signatures::verify);
            assertTrue(proxy.address().getPort() > 0);
        }
    }

    private boolean manyRequests(int caller) {
        try (RawClient client = RawClient.connect(socket)) {
            return IntStream.range(0, 20)
                    .allMatch(i -> client.send(Requests.post("/c" + caller, "x".repeat(1000 * i)))
                                    .read()
                                    .status()
                            == 200);
        }
    }

    @Test
    void connectionsThatSayNothingMakeRoom() {
        try (TestProxy proxy = start("", "countersign.limits.connections = 8")) {
            List<RawClient> silent = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                silent.add(RawClient.connect(socket));
            }
            try (RawClient client = RawClient.connect(socket)) {
                assertEquals(200, client.send(Requests.get("/")).read().status());
            }
            assertEquals(200, proxy.exchange(Requests.get("/")).status());
            silent.forEach(RawClient::close);
        }
    }

    @Test
    void judgesUsersByNumberAndName() throws IOException {
        String number = String.valueOf(Files.getAttribute(folder, "unix:uid"));
        String name = Files.getOwner(folder).getName();

        assertEquals(200, status("access.allow-users = [" + number + "]", Requests.get("/")));
        assertEquals(200, status("access.allow-users = [daemon, " + name + "]", Requests.get("/")));
        assertEquals(403, status("access.allow-users = [daemon]", Requests.get("/")));
        assertEquals(503, status("access.allow-users = [daemon]", Requests.post("/", "x")));
        assertEquals(403, status("access.deny-users = [" + number + "]", Requests.post("/", "x")));
        assertEquals(
                403,
                status(
                        "access { allow-users = [" + name + "], deny-users = [" + number + "] }",
                        Requests.post("/", "x")));
        assertEquals(200, status("access { mode = audit, deny-users = [" + number + "] }", Requests.get("/")));
    }

    @Test
    void addressesAreNoMatterOfItsCallersNorUsersOfThoseByTcp() {
        String settings = "access { allow = [\"10.0.0.0/8\"], deny = [\"::/0\", \"127.0.0.0/8\"] }";
        assertEquals(200, status(settings, Requests.get("/")));
        try (TestProxy proxy = start("access.allow-users = [daemon]")) {
            assertEquals(200, proxy.exchange(Requests.get("/")).status());
        }
    }

    @Test
    void aReloadedUserRuleActsOnOpenConnections() {
        Site.write(folder, Site.CONF, Site.conf(upstream.url(), listeners("")));
        Site.write(folder, "allow.list", "127.0.0.0/8\n");
        Site.write(folder, "deny.list", "");
        try (Site site = new Site(folder);
                RawClient client = RawClient.connect(socket)) {
            assertEquals(200, client.send(Requests.get("/")).read().status());

            site.write(
                    Site.CONF, Site.conf(upstream.url(), listeners(""), "countersign.access.allow-users = [daemon]"));
            site.server().reload();
            site.log.await("access.allow-users or access.deny-users");

            Response denied = client.send(Requests.get("/")).read();
            assertEquals(403, denied.status());
            assertTrue(denied.toString().contains("the caller is denied by default"), denied::toString);
        }
    }

    @Test
    void aPolicyOnAddressesSeesNoneOfIts() throws IOException {
        Path policy = folder.resolve("policy.json");
        String statement = """
                {"Statement": [{"Effect": "%s", "Principal": "*", "Action": "execute-api:Invoke",
                  "Resource": "execute-api:/*", "Condition": {"%s": {"aws:SourceIp": ["%s"]}}}]}
                """;
        String settings = "access { policy-default = deny, policy-files = [\"" + policy + "\"] }";

        Files.writeString(policy, statement.formatted("Allow", "IpAddress", "0.0.0.0/0"));
        assertEquals(403, status(settings, Requests.get("/")), "no address is in no range");
        Files.writeString(policy, statement.formatted("Allow", "NotIpAddress", "10.0.0.0/8"));
        assertEquals(200, status(settings, Requests.get("/")), "an absent key is outside every range");
        Files.writeString(policy, statement.formatted("Deny", "NotIpAddress", "127.0.0.0/8"));
        assertEquals(403, status(settings, Requests.get("/")));
    }

    @Test
    void otherUsersConnectAsFarAsTheModeLetsThem() throws Exception {
        assumeTrue(isRoot(), "only root can become somebody else");
        upstream.script(Script.always(Script.ok("ok")));
        try (TestProxy proxy = start("")) {
            assertEquals(" 000", curl(as(NOBODY), "/"), "mode 0600 is for the owner");
            assertTrue(proxy.address().getPort() > 0);
        }
        try (TestProxy proxy = start("", listeners("group = 65534"))) {
            assertEquals("rw-rw----", mode());
            assertEquals(65534, Files.getAttribute(socket, "unix:gid"));
            assertEquals("ok 200", curl(as(NOBODY), "/"));
            assertEquals(" 000", curl(as("65533"), "/"));
            assertTrue(proxy.address().getPort() > 0);
        }
        try (LogLines log = new LogLines();
                TestProxy proxy = start("access.allow-users = [0, 65533]", listeners("mode = \"0666\""))) {
            assertTrue(curl(as(NOBODY), "/").endsWith(" 403"));
            assertEquals("ok 200", curl(as("65533"), "/"));
            log.await("\"client\":\"unix:65533\"");
            log.await("\"client\":\"unix:nobody\"", "\"verdict\":\"denied\"", "not in access.allow-users");
            assertTrue(proxy.address().getPort() > 0);
        }
    }

    @Test
    void replacesASocketOnWhichNobodyListensAnyMore() throws IOException {
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(socket));
        }
        assertTrue(Files.exists(socket));

        assertEquals(200, status("", Requests.get("/")));
    }

    @Test
    void refusesAPathThatSomethingElseHas() throws IOException {
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(socket), 1);
            assertRefused("another program, or another Countersign, listens there; write another path");
            List<SocketChannel> queue = fill();
            assertRefused("it can't be found out whether a program listens on it");
            for (SocketChannel waiting : queue) {
                waiting.close();
            }
        }
        Files.delete(socket);
        Files.writeString(socket, "kept");
        assertRefused("something is there that is not a socket");
        assertEquals("kept", Files.readString(socket));
        Files.delete(socket);
        Files.createSymbolicLink(socket, folder.resolve("elsewhere"));
        assertRefused("something is there that is not a socket");
        assertTrue(Files.isSymbolicLink(socket));
    }

    @Test
    void saysWhatIsWrongWithTheFolderOrTheGroup() throws IOException {
        Path there = socket;
        socket = folder.resolve("missing/http.sock");
        assertRefused("there is no folder " + folder + "/missing; create it");
        socket = there;
        assertRefused("\"no-such-group\" is not a group of this system", listeners("group = no-such-group"));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(), left.toList(), "nothing is left behind");
        }
    }

    @Test
    void leavesASocketAloneThatIsAnotherProcessesByTheEnd() throws IOException {
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            try (TestProxy proxy = start("")) {
                assertTrue(proxy.address().getPort() > 0);
                Files.delete(socket);
                other.bind(UnixDomainSocketAddress.of(socket));
            }
            assertTrue(Files.exists(socket));
        }
    }

    @Test
    void drainsLikeAnyOther() {
        try (TestProxy proxy = start("");
                RawClient client = RawClient.connect(socket)) {
            assertEquals(200, client.send(Requests.get("/")).read().status());
            CompletableFuture<Void> drained = CompletableFuture.runAsync(proxy::drain);
            Await.until("the drain to end", drained::isDone);
        }
        assertFalse(Files.exists(socket));
    }

    /** Connects until the queue of whoever listens there is full. */
    private List<SocketChannel> fill() throws IOException {
        List<SocketChannel> queue = new ArrayList<>();
        while (queue.size() < 100) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            queue.add(channel);
            channel.configureBlocking(false);
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
            } catch (SocketException e) {
                return queue;
            }
        }
        throw new AssertionError("the queue never got full");
    }

    private TestProxy start(String settings, String... more) {
        List<String> all = new ArrayList<>(List.of(listeners(""), "countersign { " + settings + " }"));
        all.addAll(List.of(more));
        return TestProxy.start(upstream, all.toArray(String[]::new));
    }

    private String listeners(String settings) {
        return "countersign.listeners = [ { bind = \"unix:" + socket + "\" \n" + settings
                + " }, { bind = \"127.0.0.1:0\" } ]";
    }

    private int status(String settings, String request) {
        try (TestProxy proxy = start(settings);
                RawClient client = RawClient.connect(socket)) {
            assertTrue(proxy.address().getPort() > 0);
            return client.send(request)
                    .read(request.substring(0, request.indexOf(' ')))
                    .status();
        }
    }

    private void assertRefused(String reason, String... settings) {
        AssertionError refused =
                assertThrows(AssertionError.class, () -> start("", settings).close());
        String message = refused.getMessage();
        assertTrue(message.contains("cannot listen on unix:" + socket + ": "), message);
        assertTrue(message.contains(reason), message);
    }

    private String mode() throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(socket));
    }

    private boolean isRoot() throws IOException {
        return Files.getAttribute(folder, "unix:uid").equals(0);
    }

    private static List<String> as(String user) {
        return List.of("setpriv", "--reuid", user, "--regid", user, "--clear-groups");
    }

    /** Body and status; status 000 when it could not connect. */
    private String curl(List<String> prefix, String path) throws Exception {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("curl", "-s", "--max-time", "30", "--unix-socket", socket.toString()));
        command.addAll(List.of("-w", " %{http_code}", "http://localhost" + path));
        Process process = new ProcessBuilder(command).start();
        String said = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        assertTrue(process.waitFor(40, TimeUnit.SECONDS));
        return said;
    }
}
