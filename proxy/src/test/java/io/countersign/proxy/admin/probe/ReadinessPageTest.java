package io.countersign.proxy.admin.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.proxy.admin.http.Request;
import io.countersign.proxy.admin.http.Response;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadinessPageTest {
    private final FakeReadiness readiness = new FakeReadiness();

    @Test
    void keepsTheReasonsFromOtherHosts() {
        readiness.signing.put("metrics", "credentials default: assume-role arn:aws:iam::1:role/r: not authorized");
        assertEquals("503 route metrics: cannot sign; the log says why\n", askedFromAnotherHost());
    }

    @Test
    void keepsWhatAwsRefusesFromOtherHosts() {
        readiness.refused.put("gateway", "AWS has refused the last 454 requests: permission");
        assertEquals("503 route gateway: AWS refuses what is signed; the log says why\n", askedFromAnotherHost());
    }

    private String askedFromAnotherHost() {
        List<Response> responses = new ArrayList<>();
        Request request = new Request(
                HttpMethod.GET,
                "/readyz",
                Map.of(),
                "signing",
                new DefaultHttpHeaders(),
                new byte[0],
                Optional.of(InetAddress.getLoopbackAddress()));
        new ReadinessPage(readiness, false).handle(request, responses::add);
        Response response = responses.get(0);
        return response.status().code() + " " + new String(response.body(), StandardCharsets.UTF_8);
    }
}
