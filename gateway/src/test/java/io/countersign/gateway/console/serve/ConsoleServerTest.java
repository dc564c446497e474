package io.countersign.gateway.console.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Operation;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Reply;
import io.countersign.gateway.identity.Role;
import io.countersign.gateway.identity.Token;
import io.countersign.proxy.admin.http.ConsoleResource;
import io.countersign.proxy.admin.http.HttpServer;
import io.countersign.proxy.admin.http.Request;
import io.countersign.proxy.admin.http.Response;
import io.countersign.proxy.listen.Bind;
import io.countersign.proxy.net.HostPort;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what, and what requests have to look like; with resources made up for it. */
@Timeout(60)
class ConsoleServerTest {
    private final Map<String, Token> tokens = new ConcurrentHashMap<>(Map.of(
            "csgn_v", token("viola", Role.VIEWER),
            "csgn_p", token("perez", Role.APPROVER),
            "csgn_a", token("ada", Role.ADMIN)));
    private final AtomicInteger changed = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> audited = new ConcurrentLinkedQueue<>();
    private ConsoleServer server;
    private RawConsole console;

    private static Token token(String name, Role role) {
        return new Token(name, Optional.of(role), Optional.empty());
    }

    /** A thing that can be read by all, approved by some, and changed by an administrator. */
    private final ApiResource thing = new ApiResource() {
        @Override
        public String path() {
            return "/api/v1/things/{id}";
        }

        @Override
        public Map<HttpMethod, Operation> operations() {
            return Map.of(
                    HttpMethod.GET,
                    Operation.read(
                            call -> Reply.of(Json.object()
                                    .with("id", call.parameter("id"))
                                    .with("by", call.by().name())
                                    .with("limit", call.query().integer("limit", 1, 10, 5))),
                            "limit"),
                    HttpMethod.POST,
                    Operation.change(Role.APPROVER, call -> {
                                changed.incrementAndGet();
                                return Reply.accepted(
                                        Json.object().with("name", call.input().needed("name")));
                            })
                            .taking(64, "name"),
                    HttpMethod.DELETE,
                    Operation.change(Role.ADMIN, call -> {
                                if (call.parameter("id").equals("fixed")) {
                                    throw Problem.conflict("this one stays");
                                }
                                if (call.parameter("id").equals("broken")) {
                                    throw new IllegalStateException("broken on purpose");
                                }
                                changed.incrementAndGet();
                                return Reply.of(Json.object());
                            })
                            .audited("remove"));
        }
    };

    private static final class Page implements ConsoleResource {
        @Override
        public String path() {
            return "/";
        }

        @Override
        public void handle(Request request, Consumer<Response> response) {
            response.accept(Response.text(HttpResponseStatus.OK, "the page"));
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = ConsoleServer.start(
                new HttpServer.Port(new Bind.Tcp(new HostPort("127.0.0.1", 0)), Optional.empty()),
                new ConsoleServer.Access(
                        (text, now) -> Optional.ofNullable(tokens.get(text)), () -> Set.of("console.example")),
                new ConsoleServer.Content(
                        List.of(thing),
                        List.of(new Page()),
                        (actor, action, subject, detail) -> audited.add(actor + " " + action + " " + subject + detail)),
                Clock.systemUTC());
        console = new RawConsole(server.address());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void answersWhoeverHasATokenOfTheRole() {
        RawConsole.Answer answer = console.get("/api/v1/things/7%20a?limit=3", "csgn_v");
        assertEquals(200, answer.status());
        assertEquals("{\"id\":\"7 a\",\"by\":\"viola\",\"limit\":3}\n", answer.body());
        assertTrue(answer.head().contains("content-type: application/json\r\n"), answer.head());
        assertTrue(answer.head().contains("cache-control: no-store\r\n"), answer.head());
        assertFalse(answer.head().contains("set-cookie"), answer.head());
        assertEquals(200, console.get("/api/v1/things/7", "csgn_a").status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/things/7", "/api/v1/things", "/other", "/api/v1/things/7?limit=x"})
    void nobodyLearnsAnythingWithoutAToken(String path) {
        for (String method : List.of("GET", "HEAD", "POST", "DELETE", "OPTIONS", "BREW")) {
            RawConsole.Answer answer = console.send(method, path, "", "", "");
            assertEquals(401, answer.status(), method);
            assertTrue(answer.head().contains("www-authenticate: Bearer realm=\"countersign\"\r\n"), answer.head());
            assertTrue(answer.head().contains("content-type: application/problem+json\r\n"), answer.head());
            assertEquals(401, console.send(method, path, "csgn_wrong", "", "").status(), method);
        }
        assertEquals(6, server.wrongTokens());
        assertEquals(0, changed.get());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: csgn_a",
                "Authorization: Basic csgn_a",
                "Authorization: Bearer",
                "Authorization: Bearer csgn_a\r\nAuthorization: Bearer csgn_a",
                "Authorization: Bearer csgn_a, Bearer csgn_a",
                "Cookie: token=csgn_a",
                "X-Token: csgn_a"
            })
    void takesATokenInOneFormAlone(String field) {
        assertEquals(
                401,
                console.send("GET", "/api/v1/things/7", "", field + "\r\n", "").status());
        assertEquals(
                401,
                console.send("GET", "/api/v1/things/7?token=csgn_a", "", "", "").status());
    }

    @ParameterizedTest
    @CsvSource({
        "GET, csgn_v, 200",
        "GET, csgn_p, 200",
        "POST, csgn_v, 403",
        "POST, csgn_p, 202",
        "POST, csgn_a, 202",
        "DELETE, csgn_v, 403",
        "DELETE, csgn_p, 403",
        "DELETE, csgn_a, 200",
        "PUT, csgn_v, 405"
    })
    void eachMethodTakesItsRole(String method, String token, int status) {
        String json = method.equals("POST") ? "{\"name\":\"n\"}" : "";
        String fields = json.isEmpty() ? "" : "Content-Type: application/json\r\n";
        assertEquals(
                status,
                console.send(method, "/api/v1/things/7", token, fields, json).status());
        assertEquals(status < 300 && !method.equals("GET") ? 1 : 0, changed.get());
    }

    @Test
    void saysWhichRoleIsMissing() {
        assertEquals(
                "403 this takes a token with the role admin, and viola has viewer",
                console.send("DELETE", "/api/v1/things/7", "csgn_v", "", "").problem());
    }

    @Test
    void aTokenThatIsTakenAwayEndsAtOnce() {
        assertEquals(200, console.get("/api/v1/things/7", "csgn_v").status());
        tokens.remove("csgn_v");
        assertEquals(401, console.get("/api/v1/things/7", "csgn_v").status());
    }

    @Test
    void notesInTheAuditLogWhatWasDone() {
        console.send("DELETE", "/api/v1/things/7", "csgn_a", "", "");
        console.send("DELETE", "/api/v1/things/fixed", "csgn_a", "", "");
        console.send("DELETE", "/api/v1/things/8", "csgn_v", "", "");
        assertEquals(List.of("ada remove /api/v1/things/7"), List.copyOf(audited));
    }

    @Test
    void everyErrorIsAProblem() {
        RawConsole.Answer answer = console.send("DELETE", "/api/v1/things/fixed", "csgn_a", "", "");
        assertEquals(
                "{\"type\":\"about:blank\",\"title\":\"Conflict\",\"status\":409,\"detail\":\"this one stays\"}\n",
                answer.body());
        assertTrue(answer.head().contains("content-type: application/problem+json\r\n"), answer.head());
        assertEquals(
                "500 it failed; the log says why",
                console.send("DELETE", "/api/v1/things/broken", "csgn_a", "", "")
                        .problem());
        assertEquals(
                "404 not here; known: / /api/v1/things/{id}",
                console.get("/x", "csgn_v").problem());
        assertEquals(
                "405 allowed here: DELETE, GET, HEAD, POST",
                console.send("PUT", "/api/v1/things/7", "csgn_a", "", "").problem());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limit=0|limit is a whole number from 1 to 10",
                "limit=11|limit is a whole number from 1 to 10",
                "limit=1x|limit is a whole number from 1 to 10",
                "limit=1&limit=2|the parameter limit is there twice",
                "size=1|\\\"size\\\" is not a parameter here; known: limit",
                "%zz|the query is not percent-encoded"
            })
    void refusesAQueryThatItDoesNotKnow(String query, String problem) {
        assertEquals(
                "400 " + problem,
                console.get("/api/v1/things/7?" + query, "csgn_v").problem());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":1}|\\\"name\\\" is a number; write a string",
                "{}|\\\"name\\\" is missing; it is a string",
                "{\"name\":\"a\",\"nam\":\"b\"}|\\\"nam\\\" is not a member here; known: name",
                "[]|the body is a list; a JSON object is needed"
            })
    void refusesABodyThatItDoesNotKnow(String json, String problem) {
        assertEquals(
                "400 " + problem,
                console.post("/api/v1/things/7", "csgn_a", json).problem());
    }

    @Test
    void refusesABodyThatIsNotJsonOrTooLong() {
        assertEquals(
                "415 the body is to be JSON, with Content-Type: application/json",
                console.send("POST", "/api/v1/things/7", "csgn_a", "Content-Type: text/plain\r\n", "{\"name\":\"n\"}")
                        .problem());
        assertEquals(
                400,
                console.post("/api/v1/things/7", "csgn_a", "{\"name\":\"n\",}").status());
        assertEquals(
                "400 a JSON object is needed in the body",
                console.post("/api/v1/things/7", "csgn_a", "").problem());
        String tooLong = "{\"name\":\"" + "n".repeat(54) + "\"}";
        assertEquals(
                "413 the request body is larger than 64 bytes",
                console.post("/api/v1/things/7", "csgn_a", tooLong).problem());
        assertEquals(
                202,
                console.post("/api/v1/things/7", "csgn_a", tooLong.replace("nn\"", "\""))
                        .status());
        assertEquals(
                "413 no request body is taken here",
                console.send("DELETE", "/api/v1/things/7", "csgn_a", "Content-Type: application/json\r\n", "{}")
                        .problem());
    }

    @Test
    void otherPagesAndReboundNamesGetNothing() {
        String token = "Authorization: Bearer csgn_a\r\n";
        String json = "Content-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"name\":\"n\"}";
        for (String origin : List.of("http://evil.example", "null", "http://127.0.0.1:1")) {
            assertEquals(
                    403,
                    console.send("POST /api/v1/things/7 HTTP/1.1\r\nHost: 127.0.0.1:8007\r\nOrigin: " + origin + "\r\n"
                                    + token + json)
                            .status());
        }
        assertEquals(
                421,
                console.send("GET /api/v1/things/7 HTTP/1.1\r\nHost: evil.example\r\n" + token + "\r\n")
                        .status());
        assertEquals(
                200,
                console.send("GET /api/v1/things/7 HTTP/1.1\r\nHost: console.example\r\n" + token + "\r\n")
                        .status());
        assertEquals(
                202,
                console.send(
                                "POST /api/v1/things/7 HTTP/1.1\r\nHost: 127.0.0.1:8007\r\nOrigin: http://127.0.0.1:8007\r\n"
                                        + token + json)
                        .status());
        assertEquals(1, changed.get());
    }

    @Test
    void aPageNeedsNoToken() {
        assertEquals("the page\n", console.get("/", "").body());
    }
}
