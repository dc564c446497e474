package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.Canaries;
import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.ReceivedRequest;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Signatures;
import io.countersign.proxy.testing.TestProxy;
import java.util.List;

/**
 * One proxy before one echoing upstream for a whole test class, and what can be said of an input to it.
 *
 * <p>That nothing of a refused request reached the upstream is proven by a well-formed request after it: all runs on one
 * event loop, so when that one's bytes are all that arrived, nothing else is still on its way.
 */
final class Rig implements AutoCloseable {
    final FakeUpstream upstream;
    final TestProxy proxy;
    private int sentinels;

    Rig(String... settings) {
        this(FakeUpstream.http(), settings);
    }

    Rig(FakeUpstream upstream, String... settings) {
        this.upstream = upstream;
        this.proxy = TestProxy.start(upstream, settings);
    }

    /** Refused with 400, the connection closed without a further word, and not one byte upstream. */
    void refusesAndCloses(String bytes) {
        ProblemAssert.problem(400, refusal(bytes, true))
                .error("http_request_error")
                .closes();
    }

    /** Refused with that status, and not one byte upstream. */
    ProblemAssert refuses(int status, String bytes) {
        return ProblemAssert.problem(status, refusal(bytes, false));
    }

    /** The answer to what must not be forwarded. */
    Response refusal(String bytes, boolean closes) {
        long before = upstream.received();
        int requests = upstream.requests().size();
        Response response;
        try (RawClient client = proxy.connect()) {
            response = client.send(bytes).read();
            if (closes) {
                RawClient.End end = client.readToEnd();
                assertEquals("", end.rest(), "sent after the refusal");
            }
        }
        assertNothingButASentinelSince(before, requests);
        return response;
    }

    /** Forwarded with a good signature and answered with what the upstream said. */
    ReceivedRequest forwards(String bytes) {
        int before = upstream.requests().size();
        Response response = proxy.exchange(bytes);
        assertEquals(200, response.status(), () -> "answer was\n" + response);
        assertFalse(Canaries.in(response.toString()), "a secret in the answer");
        List<ReceivedRequest> all = upstream.requests();
        assertEquals(before + 1, all.size(), "requests upstream");
        ReceivedRequest request = all.get(before);
        Signatures.verify(request);
        return request;
    }

    /** True when forwarded (and then with a good signature), false when refused as malformed. */
    boolean forwardsOrRefuses(String bytes) {
        int before = upstream.requests().size();
        Response response;
        try (RawClient client = proxy.connect()) {
            response = client.send(bytes).read();
        }
        if (response.status() == 400) {
            ProblemAssert.problem(400, response).closes();
            assertEquals(before, upstream.requests().size(), "requests upstream");
            return false;
        }
        assertEquals(200, response.status(), response::toString);
        Signatures.verify(upstream.requests().get(before));
        return true;
    }

    @Override
    public void close() {
        proxy.close();
        upstream.close();
        assertTrue(upstream.faults().isEmpty(), () -> "faults in the upstream's script: " + upstream.faults());
    }

    private void assertNothingButASentinelSince(long octetsBefore, int requestsBefore) {
        String target = "/sentinel/" + ++sentinels;
        assertEquals(200, proxy.exchange(Requests.get(target)).status(), "a good request after the bad one");
        List<ReceivedRequest> all = upstream.requests();
        assertEquals(requestsBefore + 1, all.size(), () -> "upstream saw more than the good request: " + all);
        ReceivedRequest sentinel = all.get(requestsBefore);
        assertEquals(TestProxy.STAGE + target, sentinel.head().target());
        assertEquals(
                octetsBefore + sentinel.head().text().length() + sentinel.body().length(),
                upstream.received(),
                "bytes upstream");
    }
}
