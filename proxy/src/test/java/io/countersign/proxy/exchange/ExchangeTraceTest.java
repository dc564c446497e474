package io.countersign.proxy.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.admission.Findings;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.fields.Target;
import io.countersign.proxy.local.LocalResponses;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExchangeTraceTest {
    private static final HttpRequest HEAD = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/");

    private static final Caller CALLER = Caller.ofSocket(InetAddress.getLoopbackAddress());

    private final ExchangeTrace trace = new ExchangeTrace(CALLER, 1, 1_000);

    @Test
    void leavesOutWhatNeverHappened() {
        ExchangeRecord record = trace.record(1_500);

        assertTrue(record.verdict().isEmpty());
        assertTrue(record.route().isEmpty());
        assertTrue(record.request().path().isEmpty());
        assertTrue(record.outcome().error().isEmpty());
        assertEquals(0, record.outcome().response().status());
        assertEquals(-1, record.timings().waiting());
        assertEquals(500, record.timings().total());
    }

    @Test
    void keepsTheNamesOfAQueryAndNoValue() {
        trace.decided(
                HEAD,
                new Findings(
                        CALLER,
                        Exchanges.ALLOWED,
                        Optional.of(Target.of("/w?a=secret&b&=c")),
                        Optional.empty(),
                        false,
                        false,
                        List.of()));

        assertEquals("/w", trace.record(0).request().path().orElseThrow());
        assertEquals("a&b&", trace.record(0).request().queryNames().orElseThrow());
    }

    @Test
    void boundsTheNamesOfAQuery() {
        trace.decided(
                HEAD,
                new Findings(
                        CALLER,
                        Exchanges.ALLOWED,
                        Optional.of(Target.of("/w?" + "x".repeat(300) + "=1")),
                        Optional.empty(),
                        false,
                        false,
                        List.of()));

        assertEquals("x".repeat(256), trace.record(0).request().queryNames().orElseThrow());
    }

    @Test
    void addsWhatWasFoundOutToWhatItSaid() {
        trace.failed(LocalResponses.draining());
        trace.upstream().found("the token has expired");

        assertEquals(
                Optional.of(LocalResponses.draining().detail() + ": the token has expired"),
                trace.record(0).outcome().detail());
    }

    @Test
    void theFirstReasonStaysUnlessThereIsABetterOne() {
        trace.because("first");
        trace.because("second");
        assertEquals(Optional.of("first"), trace.record(0).outcome().detail());

        trace.becauseOf("better");
        assertEquals(Optional.of("better"), trace.record(0).outcome().detail());
    }

    @Test
    void waitingAddsUp() {
        trace.waited(2);
        trace.waited(3);

        assertEquals(5, trace.record(0).timings().waiting());
    }
}
