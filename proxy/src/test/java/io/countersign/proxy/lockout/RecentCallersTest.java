package io.countersign.proxy.lockout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.access.ReloadGuard;
import io.countersign.proxy.access.Rule;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.exchange.ExchangeRecord;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

class RecentCallersTest {
    private static final Rule RULE = new Rule("allow.list:1", "10.0.0.0/8");
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

    private final RecentCallers recent = new RecentCallers();

    private static ExchangeRecord call(int number, Instant at, Verdict verdict) {
        InetAddress address;
        try {
            address = InetAddress.getByAddress(
                    new byte[] {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
        return new ExchangeRecord(
                "0000000000000001",
                Caller.ofSocket(address),
                Optional.of(verdict),
                Optional.of("main"),
                new ExchangeRecord.Request(
                        Optional.of("GET"), Optional.of("/"), Optional.empty(), Optional.empty(), Optional.empty()),
                new ExchangeRecord.Outcome(
                        0,
                        new ExchangeRecord.Response(200, false, 0, true, 0),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        new ExchangeRecord.UpstreamResult(
                                List.of(),
                                Optional.empty(),
                                Optional.empty(),
                                new ExchangeRecord.Items(0, 0),
                                Optional.empty())),
                new ExchangeRecord.Timings(at.toEpochMilli(), 0, 0, 0, 0, 0, 0));
    }

    private static ExchangeRecord allowed(int number, Instant at) {
        return call(number, at, new Verdict.Allowed(RULE));
    }

    @Test
    void remembersNobodyWhileItIsOff() {
        recent.finished(allowed(1, NOW));
        assertEquals(0, recent.size());
        recent.keepFor(ReloadGuard.WARN);
        recent.finished(allowed(1, NOW));
        assertEquals(1, recent.size());
        recent.keepFor(ReloadGuard.OFF);
        assertEquals(0, recent.size());
    }

    @Test
    void goesTenMinutesBack() {
        recent.keepFor(ReloadGuard.REFUSE);
        recent.finished(allowed(1, NOW.minus(RecentCallers.SPAN).minusMillis(1)));
        recent.finished(allowed(2, NOW.minus(RecentCallers.SPAN)));
        recent.finished(allowed(3, NOW.minus(RecentCallers.SPAN).minusMillis(1)));
        recent.finished(allowed(3, NOW));
        recent.finished(call(4, NOW, new Verdict.Denied(RULE)));
        recent.finished(call(5, NOW, new Verdict.WouldDeny(RULE)));
        assertEquals(
                List.of("10.0.0.2", "10.0.0.3"),
                recent.before(NOW).stream()
                        .map(each -> each.caller().toString())
                        .sorted()
                        .toList());
    }

    @Test
    void makesRoomOfThoseThatHaveStoppedCalling() {
        recent.keepFor(ReloadGuard.REFUSE);
        for (int i = 0; i < RecentCallers.MAX + 10; i++) {
            recent.finished(allowed(i, NOW.minus(RecentCallers.SPAN).minusSeconds(60)));
        }
        assertEquals(RecentCallers.MAX, recent.size());
        recent.finished(allowed(1_000_000, NOW.plusSeconds(61)));
        assertEquals(1, recent.size());
    }

    /** As many event loops see more callers than there is room for, each at the same moment. */
    @Test
    void staysWithinItsBoundOnSeveralLoops() throws Exception {
        int loops = 4;
        recent.keepFor(ReloadGuard.REFUSE);
        CyclicBarrier together = new CyclicBarrier(loops);
        List<Thread> threads = new ArrayList<>();
        for (int loop = 0; loop < loops; loop++) {
            int first = loop * RecentCallers.MAX;
            threads.add(new Thread(() -> {
                for (int i = 0; i < RecentCallers.MAX; i++) {
                    if (i % 512 == 0) {
                        await(together);
                    }
                    recent.finished(allowed(first + i, NOW));
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        int size = recent.size();
        assertTrue(size >= RecentCallers.MAX && size < RecentCallers.MAX + loops, () -> size + " callers");
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
