package io.countersign.proxy.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/** What every answer of the proxy's own has: RFC 9457's body, RFC 9209's field, and no secret. */
public final class ProblemAssert {
    private static final Pattern ERROR = Pattern.compile(".*; ?error=([a-z_]+).*");

    private final Response response;

    private ProblemAssert(Response response) {
        this.response = response;
    }

    /** Checks the shape and the status. */
    public static ProblemAssert problem(int status, Response response) {
        assertEquals(status, response.status(), () -> "status of\n" + response);
        assertTrue(response.complete(), () -> "cut: " + response);
        assertTrue(response.head().value("content-type").startsWith("application/problem+json"), response::toString);
        JsonNode json = JsonNode.parser().parse(new String(response.body().getBytes(ISO_8859_1), UTF_8));
        assertEquals(String.valueOf(status), json.field("status").orElseThrow().asNumber());
        for (String member : new String[] {"type", "title", "detail"}) {
            assertTrue(json.field(member).filter(JsonNode::isString).isPresent(), () -> member + " in " + response);
        }
        assertFalse(Canaries.in(response.toString()), "a secret in " + response);
        assertTrue(response.head().has("proxy-status"), () -> "Proxy-Status in " + response);
        return new ProblemAssert(response);
    }

    /** The error token of Proxy-Status. */
    public ProblemAssert error(String token) {
        Matcher matcher = ERROR.matcher(proxyStatus());
        assertTrue(matcher.matches(), () -> "no error in Proxy-Status: " + proxyStatus());
        assertEquals(token, matcher.group(1), () -> "error in Proxy-Status of\n" + response);
        return this;
    }

    /** For causes to which more than one of RFC 9209's tokens does justice. */
    public ProblemAssert errorAmong(String... tokens) {
        Matcher matcher = ERROR.matcher(proxyStatus());
        assertTrue(matcher.matches(), () -> "no error in Proxy-Status: " + proxyStatus());
        assertTrue(Set.of(tokens).contains(matcher.group(1)), () -> "error in Proxy-Status: " + proxyStatus());
        return this;
    }

    public ProblemAssert received(int status) {
        assertTrue(proxyStatus().contains("received-status=" + status), proxyStatus());
        return this;
    }

    public ProblemAssert details(String part) {
        assertTrue(proxyStatus().contains(part), () -> part + " in Proxy-Status: " + proxyStatus());
        return this;
    }

    public ProblemAssert retryAfter() {
        int seconds = Integer.parseInt(response.head().value("retry-after"));
        assertTrue(seconds >= 1 && seconds <= 5, () -> "Retry-After of 1 to 5 s, not " + seconds);
        return this;
    }

    public ProblemAssert closes() {
        assertTrue(response.head().lists("connection", "close"), () -> "Connection: close in " + response);
        return this;
    }

    private String proxyStatus() {
        return response.head().value("proxy-status");
    }
}
