package io.countersign.proxy.held;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.exchange.Exchanges;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeldDataTest {
    private static final Instant START = Instant.ofEpochMilli(Exchanges.START);

    private final HeldData held = new HeldData();

    private static Exchanges good() {
        Exchanges call = Exchanges.good();
        call.userAgent = "Prometheus/2.42.0";
        return call;
    }

    private static Exchanges failed(String userAgent, String cause) {
        Exchanges call = good();
        call.userAgent = userAgent;
        call.held = cause;
        call.own = true;
        call.status = 503;
        return call;
    }

    private void failsAt(long second, String userAgent, String cause) {
        Exchanges call = failed(userAgent, cause);
        call.startMillis = Exchanges.START + second * 1000;
        held.finished(call.build());
    }

    private List<String> at(long second) {
        return held.runs(START.plusSeconds(second)).stream()
                .map(run -> run.sender().agent().label() + " " + run.cause() + " "
                        + (run.since().getEpochSecond() - START.getEpochSecond()) + " "
                        + (run.last().getEpochSecond() - START.getEpochSecond()) + " " + run.requests())
                .sorted()
                .toList();
    }

    @Test
    void aRunLastsFromTheFirstFailureUntilTheUpstreamAnswers() {
        assertEquals(List.of(), at(0));
        failsAt(0, "Prometheus/2.42.0", "throttled");
        failsAt(30, "Prometheus/2.42.0", "permission");
        failsAt(31, "vmagent", "permission");
        assertEquals(List.of("prometheus permission 0 30 2", "vmagent permission 31 31 1"), at(31));
        held.finished(good().build());
        assertEquals(List.of("vmagent permission 31 31 1"), at(31));
    }

    @Test
    void onlyAnAnswerOfTheUpstreamEndsIt() {
        failsAt(0, "Prometheus/2.42.0", "throttled");
        Exchanges gone = good();
        gone.status = 0;
        held.finished(gone.build());
        Exchanges tooLarge = good();
        tooLarge.own = true;
        tooLarge.status = 413;
        held.finished(tooLarge.build());
        assertEquals(1, at(0).size());
        Exchanges refused = good();
        refused.status = 400;
        held.finished(refused.build());
        assertEquals(List.of(), at(0));
    }

    @Test
    void anotherRouteTenantOrCallerIsAnotherRun() {
        failsAt(0, "Prometheus/2.42.0", "throttled");
        Exchanges other = good();
        other.route = "logs";
        held.finished(other.build());
        Exchanges elsewhere = good();
        elsewhere.caller = from("10.0.0.9");
        held.finished(elsewhere.build());
        assertEquals(1, at(0).size());
    }

    @Test
    void whoHasNotTriedForTenMinutesIsGone() {
        failsAt(0, "Prometheus/2.42.0", "throttled");
        assertEquals(1, at(600).size());
        assertEquals(List.of(), at(601));
        failsAt(700, "Prometheus/2.42.0", "throttled");
        assertEquals(List.of("prometheus throttled 700 700 1"), at(700));
    }

    @Test
    void aNewFailureAfterALongPauseBeginsAnew() {
        failsAt(0, "Prometheus/2.42.0", "throttled");
        failsAt(601, "Prometheus/2.42.0", "throttled");
        assertEquals(List.of("prometheus throttled 601 601 1"), at(601));
    }

    /** Anyone can name himself as he likes: those who are refused at the door take no room from the others. */
    @Test
    void isBoundedAndThoseWhoAreRefusedTakeNoRoomFromOthers() {
        for (int i = 0; i < HeldData.MAX_REFUSED + 10; i++) {
            Exchanges stranger = failed("stranger/" + i, "unlisted");
            stranger.error = "http_request_denied";
            held.finished(stranger.build());
        }
        assertEquals(HeldData.MAX_REFUSED, at(0).size());
        assertEquals(10, held.uncounted());
        failsAt(0, "Prometheus/2.42.0", "throttled");
        assertTrue(at(0).contains("prometheus throttled 0 0 1"));
        for (int i = 0; i < HeldData.MAX; i++) {
            failsAt(0, "many/" + i, "throttled");
        }
        assertEquals(HeldData.MAX + HeldData.MAX_REFUSED, at(0).size());
        assertEquals(11, held.uncounted());
        failsAt(1, "many/0", "throttled");
        assertEquals(11, held.uncounted());
    }

    @Test
    void aLongNameIsCut() {
        failsAt(0, "x".repeat(8000), "throttled");
        HeldRun run = held.runs(START).get(0);
        assertEquals(96, run.sender().userAgent().orElseThrow().length());
        assertEquals(Agent.UNKNOWN, run.sender().agent());
    }

    @Test
    void whoSaysNothingIsUnknown() {
        failsAt(0, null, "throttled");
        HeldRun run = held.runs(START).get(0);
        assertEquals(Optional.empty(), run.sender().userAgent());
        assertEquals(Agent.UNKNOWN, run.sender().agent());
        assertEquals(Horizon.Kind.UNKNOWN, run.sender().agent().horizon().kind());
    }

    private static Caller from(String address) {
        try {
            return Caller.ofSocket(InetAddress.getByName(address));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
