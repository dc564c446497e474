package io.countersign.proxy.route;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.proxy.CompiledSnapshot;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which route a request gets: prefixes by whole segments, then host, then method. */
class RouteTableTest {
    private static final String NONE = "none";
    private static CompiledSnapshot snapshot;
    private static RouteTable routes;

    @BeforeAll
    static void compile() throws Exception {
        snapshot = new CompiledSnapshot("""
                listeners = [ { bind = "127.0.0.1:0" } ], admin { bind = "127.0.0.1:0" }
                access.allowed-hosts = [ "metrics.example", "logs.example" ]
                credentials { default { access-key-id = AKIDEXAMPLE, secret-access-key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00 } }
                routes {
                """
                + route("write", "path-prefix = \"/api/v1/write\", methods = [POST, PUT]")
                + route("write-of-one", "path-prefix = \"/api/v1/write\", hosts = [\"metrics.example\"]")
                + route("api", "path-prefix = \"/api\"")
                + route("logs", "path-prefix = \"/logs\", hosts = [\"logs.example\"]")
                + route("read", "path-prefix = \"/logs\", methods = [GET], hosts = [\"metrics.example\"]")
                + route("at", "path-prefix = \"/api/@x\"")
                + route("escaped", "path-prefix = \"/api/%40z\"")
                + route("space", "path-prefix = \"/api/a%20b\"")
                + route("only-get", "path-prefix = \"/only\", methods = [GET, HEAD]")
                + "}");
        routes = snapshot.get().routes();
    }

    @AfterAll
    static void close() {
        snapshot.close();
    }

    private static String route(String name, String match) {
        return name + " { upstream = \"https://abc.execute-api.us-east-1.amazonaws.com\", match { " + match + " } }\n";
    }

    private static String find(String method, String host, String path) {
        RouteResult result = routes.find(method, new AskedHost(host, host, true), path);
        if (result instanceof RouteResult.Found found) {
            return found.route().name();
        }
        return result instanceof RouteResult.MethodNotAllowed notAllowed
                ? notAllowed.allowed().stream().sorted().collect(Collectors.joining("+"))
                : NONE;
    }

    @ParameterizedTest
    @CsvSource({
        "/api, api",
        "/api/@x/y, at",
        "/api/%40x/y, none",
        "/api/%40X/y, api",
        "/api/%40z/y, escaped",
        "/api/@z/y, none",
        "/api/%40y, api",
        "/api/a%20b, space",
        "/api/a%20b/c%40d, space",
        "/api/a%20c, api",
        "/api/, api",
        "/api/v1, api",
        "/apis, none",
        "/ap, none",
        "/api/v1/write, write",
        "/api/v1/write/x, write",
        "/api/v1/writer, api",
        "/api/v1/writ, api",
        "/, none"
    })
    void takesWholeSegmentsOfTheLongestPrefix(String path, String expected) {
        assertEquals(expected, find("POST", "localhost", path));
    }

    @ParameterizedTest
    @CsvSource({
        "/%61pi, api",
        "/a%70%69/v1, api",
        "/%41pi, none",
        "/api%2Fv1, none",
        "/api/v1%2fwrite, none",
        "/%2561pi, none"
    })
    void decodesWhatIsUnreservedAndNothingElse(String path, String expected) {
        assertEquals(expected, find("POST", "localhost", path));
    }

    @ParameterizedTest
    @CsvSource({
        "/api//v1, api",
        "//api, none",
        "/api/v1//write, none",
        "/api/v1/write;x, none",
        "/api;x/v1, none",
        "/api/v1/write/x;y, write"
    })
    void givesNoRouteWhereAnotherReadingGetsAnother(String path, String expected) {
        assertEquals(expected, find("POST", "localhost", path));
    }

    @Test
    void aRouteForTheHostGoesBeforeOneForEveryHost() {
        assertEquals("write-of-one", find("POST", "metrics.example", "/api/v1/write"));
        assertEquals("write", find("POST", "logs.example", "/api/v1/write"));
    }

    @Test
    void prefixesThatDeclineByHostLetShorterOnesAnswer() {
        assertEquals("logs", find("GET", "logs.example", "/logs"));
        assertEquals(NONE, find("GET", "localhost", "/logs"));
        assertEquals("write-of-one", find("GET", "metrics.example", "/api/v1/write"));
    }

    @Test
    void aPrefixThatDeclinesByMethodDoesNotLetAWiderOneAnswer() {
        assertEquals("POST+PUT", find("GET", "localhost", "/api/v1/write"));
        assertEquals("api", find("GET", "localhost", "/api/v1"));
    }

    @Test
    void namesTheMethodsOfThatHostAlone() {
        assertEquals("GET+HEAD", find("POST", "localhost", "/only"));
        assertEquals("GET", find("POST", "metrics.example", "/logs"));
        assertEquals("only-get", find("HEAD", "localhost", "/only/x"));
    }

    /** Several loops name more hosts than are kept, so a host's upstream may be let go between two readings of one path. */
    @Test
    void aHostIsFoundWhateverOthersNameMeanwhile() throws Exception {
        try (CompiledSnapshot any = new CompiledSnapshot("""
                listeners = [ { bind = "127.0.0.1:0" } ], admin { bind = "127.0.0.1:0" }
                credentials { default { access-key-id = AKIDEXAMPLE, secret-access-key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00 } }
                routes { any { upstream = from-host, match.hosts = ["*.s3.*.amazonaws.com"], buckets = ["*"] } }
                """)) {
            RouteTable hosts = any.get().routes();
            long lost = IntStream.range(0, 40_000)
                    .parallel()
                    .mapToObj(i -> "b" + i % 997 + ".s3.eu-west-1.amazonaws.com")
                    .map(host -> hosts.find("GET", new AskedHost(host, host, false), "/a%20b/@x"))
                    .filter(result -> !(result instanceof RouteResult.Found))
                    .count();
            assertEquals(0, lost);
        }
    }
}
