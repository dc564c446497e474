package io.countersign.proxy.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The breaker of one upstream, with time by hand, and with the interleavings of several loops forced. */
class BreakerTest {
    private static final Duration COOL_DOWN = Duration.ofSeconds(30);
    private static final FailoverConfig CONFIG = new FailoverConfig(true, Set.of(502, 503, 504), 3, COOL_DOWN);

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000); // a ticker may wrap
    private final Heard heard = new Heard();
    private double random;
    private final Breaker breaker = new Breaker(CONFIG, now::get, () -> random, heard);

    private static final class Heard implements Breaker.Listener {
        final AtomicInteger opened = new AtomicInteger();
        final AtomicInteger closed = new AtomicInteger();
        final List<String> causes = new ArrayList<>();
        Duration after;

        @Override
        public synchronized void opened(String cause) {
            opened.incrementAndGet();
            causes.add(cause);
        }

        @Override
        public synchronized void closed(Duration span) {
            closed.incrementAndGet();
            after = span;
        }
    }

    private Breaker.Pass pass() {
        return breaker.tryPass().orElseThrow();
    }

    private void open() {
        for (int i = 0; i < CONFIG.failures(); i++) {
            pass().failed("connection_refused");
        }
        assertEquals(Condition.OPEN, breaker.condition());
    }

    private void wait(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void opensAfterFailuresInARow() {
        pass().failed("a");
        pass().failed("b");
        assertEquals(Condition.CLOSED, breaker.condition());
        assertTrue(breaker.tryPass().isPresent());
        pass().failed("c");
        assertEquals(Condition.OPEN, breaker.condition());
        assertTrue(breaker.tryPass().isEmpty());
        assertEquals(List.of("c"), heard.causes);
    }

    @Test
    void aSuccessStartsTheCountAnew() {
        pass().failed("a");
        pass().failed("a");
        pass().succeeded();
        pass().failed("a");
        pass().failed("a");
        assertEquals(Condition.CLOSED, breaker.condition());
        pass().failed("a");
        assertEquals(Condition.OPEN, breaker.condition());
    }

    @Test
    void whatSaysNothingOfTheUpstreamIsNotCounted() {
        pass().failed("a");
        pass().failed("a");
        pass().undecided();
        assertEquals(Condition.CLOSED, breaker.condition());
        pass().failed("a");
        assertEquals(Condition.OPEN, breaker.condition());
    }

    @Test
    void onlyTheFirstThingThatAPassIsToldCounts() {
        Breaker.Pass pass = pass();
        pass.failed("a");
        pass.failed("a");
        pass.failed("a");
        pass.succeeded();
        pass().failed("a");
        assertEquals(Condition.CLOSED, breaker.condition());
        pass().failed("a");
        assertEquals(Condition.OPEN, breaker.condition());
    }

    @Test
    void oneRequestAtATimeTriesAfterTheCoolDown() {
        open();
        wait(COOL_DOWN.minusNanos(1));
        assertTrue(breaker.tryPass().isEmpty());
        assertEquals(Duration.ofNanos(1), breaker.untilTrial());
        wait(Duration.ofNanos(1));
        assertEquals(Duration.ZERO, breaker.untilTrial());
        Breaker.Pass probe = pass();
        assertEquals(Condition.PROBING, breaker.condition());
        assertTrue(breaker.tryPass().isEmpty());
        probe.succeeded();
        assertEquals(Condition.CLOSED, breaker.condition());
        assertEquals(1, heard.closed.get());
        assertEquals(COOL_DOWN, heard.after);
    }

    @Test
    void aFailedTrialBeginsAnotherCoolDownAndIsNotReported() {
        open();
        wait(COOL_DOWN);
        pass().failed("status_503");
        assertEquals(Condition.OPEN, breaker.condition());
        wait(COOL_DOWN.minusNanos(1));
        assertTrue(breaker.tryPass().isEmpty());
        wait(Duration.ofNanos(1));
        pass().succeeded();
        assertEquals(1, heard.opened.get());
        assertEquals(COOL_DOWN.multipliedBy(2), heard.after);
    }

    @Test
    void aTrialThatSaysNothingLetsTheNextOneTryAtOnce() {
        open();
        wait(COOL_DOWN);
        pass().undecided();
        assertEquals(Condition.OPEN, breaker.condition());
        pass().succeeded();
        assertEquals(Condition.CLOSED, breaker.condition());
    }

    @Test
    void aTrialThatDoesNotEndIsNotWaitedForForever() {
        open();
        wait(COOL_DOWN);
        Breaker.Pass lost = pass();
        wait(COOL_DOWN.minusNanos(1));
        assertTrue(breaker.tryPass().isEmpty());
        wait(Duration.ofNanos(1));
        Breaker.Pass other = pass();
        lost.failed("http_response_timeout");
        assertEquals(Condition.PROBING, breaker.condition());
        other.succeeded();
        assertEquals(Condition.CLOSED, breaker.condition());
    }

    @Test
    void theCoolDownIsSpread() {
        random = 1;
        open();
        wait(COOL_DOWN.plusSeconds(6).minusNanos(1));
        assertTrue(breaker.tryPass().isEmpty());
        wait(Duration.ofNanos(1));
        assertTrue(breaker.tryPass().isPresent());
    }

    @Test
    void stragglersOfAnOutageDecideNothing() {
        List<Breaker.Pass> stragglers = List.of(pass(), pass(), pass(), pass());
        open();
        stragglers.get(0).succeeded();
        assertEquals(Condition.OPEN, breaker.condition());
        wait(COOL_DOWN);
        Breaker.Pass probe = pass();
        stragglers.get(1).succeeded();
        assertEquals(Condition.PROBING, breaker.condition());
        probe.succeeded();
        stragglers.get(2).failed("a");
        pass().failed("a");
        pass().failed("a");
        stragglers.get(3).failed("a");
        assertEquals(Condition.CLOSED, breaker.condition());
    }

    /** The ticker is read between looking at the state and changing it: there one loop is held until the other is done. */
    @Test
    void ofTwoLoopsThatFindTheCoolDownOverOneTries() throws Exception {
        CountDownLatch looked = new CountDownLatch(1);
        CountDownLatch otherDone = new CountDownLatch(1);
        AtomicBoolean hold = new AtomicBoolean();
        LongSupplier ticker = () -> {
            if (hold.compareAndSet(true, false)) {
                looked.countDown();
                join(otherDone);
            }
            return now.get();
        };
        Breaker shared = new Breaker(CONFIG, ticker, () -> 0, heard);
        for (int i = 0; i < CONFIG.failures(); i++) {
            shared.tryPass().orElseThrow().failed("a");
        }
        wait(COOL_DOWN);
        ExecutorService loop = Executors.newSingleThreadExecutor();
        try {
            hold.set(true);
            Future<Optional<Breaker.Pass>> held = loop.submit(shared::tryPass);
            join(looked);
            Optional<Breaker.Pass> first = shared.tryPass();
            otherDone.countDown();
            assertTrue(first.isPresent());
            assertTrue(held.get(30, TimeUnit.SECONDS).isEmpty());
            first.get().succeeded();
            assertEquals(Condition.CLOSED, shared.condition());
        } finally {
            loop.shutdownNow();
        }
    }

    /** One loop's last failure is held between count and change while another loop's success starts the count anew. */
    @Test
    void aFailureThatAnotherLoopsSuccessOvertakesIsTheFirstOfANewCount() throws Exception {
        CountDownLatch looked = new CountDownLatch(1);
        CountDownLatch otherDone = new CountDownLatch(1);
        AtomicBoolean hold = new AtomicBoolean();
        Breaker shared = new Breaker(
                CONFIG,
                now::get,
                () -> {
                    if (hold.compareAndSet(true, false)) {
                        looked.countDown();
                        join(otherDone);
                    }
                    return 0;
                },
                heard);
        Breaker.Pass last = shared.tryPass().orElseThrow();
        Breaker.Pass good = shared.tryPass().orElseThrow();
        shared.tryPass().orElseThrow().failed("a");
        shared.tryPass().orElseThrow().failed("a");
        ExecutorService loop = Executors.newSingleThreadExecutor();
        try {
            hold.set(true);
            Future<?> held = loop.submit(() -> last.failed("a"));
            join(looked);
            good.succeeded();
            otherDone.countDown();
            held.get(30, TimeUnit.SECONDS);
            assertEquals(Condition.CLOSED, shared.condition());
            assertEquals(0, heard.opened.get());
        } finally {
            loop.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void loopsAtOnceOpenItOnceAndOneOfThemTries(int loops) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(loops);
        try {
            for (int round = 1; round <= 300; round++) {
                List<Breaker.Pass> passes = new ArrayList<>();
                for (int i = 0; i < loops * CONFIG.failures(); i++) {
                    passes.add(pass());
                }
                together(threads, loops, loop -> {
                    for (int i = 0; i < CONFIG.failures(); i++) {
                        passes.get(loop * CONFIG.failures() + i).failed("a");
                    }
                    return null;
                });
                assertEquals(round, heard.opened.get());
                wait(COOL_DOWN);
                List<Optional<Breaker.Pass>> tries = together(threads, loops, loop -> breaker.tryPass());
                assertEquals(1, tries.stream().filter(Optional::isPresent).count());
                together(threads, loops, loop -> {
                    tries.get(loop).ifPresent(Breaker.Pass::succeeded);
                    return null;
                });
                assertEquals(round, heard.closed.get());
            }
        } finally {
            threads.shutdownNow();
        }
        assertFalse(breaker.tryPass().isEmpty());
    }

    private interface Work<T> {
        T on(int loop) throws Exception;
    }

    private static <T> List<T> together(ExecutorService threads, int loops, Work<T> work) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(loops);
        List<Callable<T>> tasks = new ArrayList<>();
        for (int i = 0; i < loops; i++) {
            int loop = i;
            tasks.add(() -> {
                barrier.await(30, TimeUnit.SECONDS);
                return work.on(loop);
            });
        }
        List<T> results = new ArrayList<>();
        for (Future<T> each : threads.invokeAll(tasks)) {
            results.add(each.get(30, TimeUnit.SECONDS));
        }
        return results;
    }

    private static void join(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
