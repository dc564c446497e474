package io.countersign.proxy.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.exchange.ExchangeTimer.Phase;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExchangeTimerTest {
    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel channel =
            EmbeddedChannel.builder().ticker(ticker).build();
    private final List<String> past = new ArrayList<>();
    private final ExchangeTimer timer =
            new ExchangeTimer(channel.eventLoop(), fault -> past.add(String.valueOf(fault.getMessage())));

    @AfterEach
    void close() {
        timer.cancel();
        channel.finishAndReleaseAll();
    }

    private void pass(long millis) {
        ticker.advance(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    private Runnable note(String what) {
        return () -> past.add(what);
    }

    @Test
    void runsWhatIsDueAtItsTimeAndNotBefore() {
        timer.enter(Phase.HEAD, Duration.ofMillis(100), note("head"));

        pass(99);
        assertEquals(List.of(), past);
        pass(1);
        assertEquals(List.of("head"), past);
    }

    @Test
    void enteringAPhaseEndsTheOneBefore() {
        timer.enter(Phase.HEAD, Duration.ofMillis(100), note("head"));
        timer.enter(Phase.IDLE, Duration.ofMillis(50), note("idle"));

        pass(200);

        assertEquals(List.of("idle"), past);
    }

    @Test
    void runsNothingAtRest() {
        timer.enter(Phase.HEAD, Duration.ofMillis(100), note("head"));
        timer.rest();

        pass(200);

        assertEquals(List.of(), past);
        assertEquals(Phase.NOTHING, timer.phase());
    }

    @Test
    void theExchangesOwnTimeStandsWhileTheBodyIsOnItsWay() {
        timer.beginExchange(Duration.ofMillis(100), note("own"));
        timer.runOwn();
        pass(60);
        timer.pauseOwn();
        pass(1000);
        assertTrue(timer.isWithinBody());
        timer.runOwn();

        pass(39);
        assertEquals(List.of(), past);
        pass(1);
        assertEquals(List.of("own"), past);
    }

    @Test
    void theExchangesOwnTimeRunsOnWhileAResponseIsRead() {
        timer.beginExchange(Duration.ofMillis(100), note("own"));
        timer.runOwn();
        pass(60);
        timer.enter(Phase.RESPONSE, Duration.ofMillis(500), note("response"));
        pass(30);
        timer.runOwn();

        pass(9);
        assertEquals(List.of(), past);
        pass(1);
        assertEquals(List.of("own"), past);
    }

    @Test
    void waitingForATurnHasALimitOfItsOwn() {
        timer.beginExchange(Duration.ofMillis(100), note("own"));
        timer.awaitTurn(Duration.ofMillis(50).toNanos(), note("turn"));

        pass(49);
        assertEquals(List.of(), past);
        pass(1);
        assertEquals(List.of("turn"), past);
    }

    @Test
    void waitingForATurnEndsWithTheExchangesOwnTime() {
        timer.beginExchange(Duration.ofMillis(100), note("own"));
        timer.runOwn();
        pass(70);
        timer.awaitTurn(Duration.ofMillis(50).toNanos(), note("turn"));

        pass(30);

        assertEquals(List.of("own"), past);
    }

    @Test
    void aNewExchangeHasAllOfItsTime() {
        timer.beginExchange(Duration.ofMillis(100), note("first"));
        timer.runOwn();
        pass(60);
        timer.rest();
        timer.beginExchange(Duration.ofMillis(100), note("second"));
        timer.runOwn();

        pass(99);
        assertEquals(List.of(), past);
        pass(1);
        assertEquals(List.of("second"), past);
    }

    @Test
    void grantsAClientThatTakesItsResponseTheTimeAnew() {
        long[] unwritten = {10};
        timer.awaitClient(Duration.ofMillis(100), () -> unwritten[0], note("stalled"));
        pass(90);
        unwritten[0] = 9;
        pass(10);
        assertEquals(List.of(), past);
        assertEquals(Phase.CLIENT, timer.phase());

        pass(100);

        assertEquals(List.of("stalled"), past);
    }

    @Test
    void reportsAnActionThatThrows() {
        timer.enter(Phase.HEAD, Duration.ofMillis(1), () -> {
            throw new IllegalStateException("fault");
        });

        pass(1);

        assertEquals(List.of("fault"), past);
        assertFalse(timer.isWithinBody());
    }

    @Test
    void theManualHasEveryPhase() throws IOException {
        String manual = Files.readString(Path.of("../docs/ARCHITECTURE.md"));
        String table = manual.substring(manual.indexOf("## Times"));
        for (Phase phase : Phase.values()) {
            if (phase != Phase.NOTHING) {
                assertTrue(
                        table.lines()
                                .anyMatch(line -> line.startsWith("| " + phase.what() + " |")
                                        && line.endsWith("| " + phase.past() + " |")),
                        phase::name);
            }
        }
    }
}
