package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Head;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A signature that goes upstream in the query: what is there, and what is not. */
@WireTest
class QuerySigningTest {
    private static final String IN_QUERY = TestProxy.main("signature-in = query");

    @Test
    void putsTheSignatureIntoTheQueryAlone() {
        try (Rig rig = new Rig(FakeUpstream.http(), IN_QUERY, TestProxy.main("query-expires = 90s"))) {
            assertEquals(
                    200,
                    rig.proxy
                            .exchange(Requests.post("/w?a=b", "body", "X-Amz-Meta-A: 1"))
                            .status());
            Head head = rig.upstream.request().head();
            for (String name : List.of("authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256")) {
                assertFalse(head.has(name), name);
            }
            Map<String, String> query = query(head.target());
            assertEquals("b", query.get("a"));
            assertEquals("AWS4-HMAC-SHA256", query.get("X-Amz-Algorithm"));
            assertEquals("host;x-amz-meta-a", query.get("X-Amz-SignedHeaders"));
            assertEquals("90", query.get("X-Amz-Expires"));
            assertEquals(TestProxy.TOKEN, query.get("X-Amz-Security-Token"));
            assertTrue(query.get("X-Amz-Credential").startsWith(TestProxy.ACCESS_KEY + "/"));
            assertTrue(query.get("X-Amz-Signature").matches("[0-9a-f]{64}"));
        }
    }

    @Test
    void refusesAQueryThatHasAPartOfASignature() {
        try (Rig rig = new Rig(FakeUpstream.http(), IN_QUERY)) {
            for (String name : List.of("X-Amz-Signature", "x-amz-date", "X-Amz-Expires", "X-Amz-Security-Token")) {
                assertEquals(
                        400,
                        rig.proxy.exchange(Requests.get("/w?" + name + "=1")).status(),
                        name);
            }
            assertTrue(rig.upstream.requests().isEmpty());
        }
    }

    private static Map<String, String> query(String target) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String parameter : target.substring(target.indexOf('?') + 1).split("&", -1)) {
            int equals = parameter.indexOf('=');
            query.put(
                    parameter.substring(0, equals),
                    URLDecoder.decode(parameter.substring(equals + 1).replace("+", "%2B"), StandardCharsets.UTF_8));
        }
        return query;
    }
}
