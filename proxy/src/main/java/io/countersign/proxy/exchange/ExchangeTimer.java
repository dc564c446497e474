package io.countersign.proxy.exchange;

import io.countersign.proxy.request.Pace;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What a client connection waits for at a moment, and what happens when that does not come in time: the only owner of its
 * deadline. {@link Phase} has the table, and docs/ARCHITECTURE.md the times with their defaults.
 *
 * <p>Entering a phase ends the one before. The exchange's own time is a stopwatch: it runs on through whatever
 * follows, and pauses while the body is on its way, which has limits of its own. Confined to the connection's loop.
 */
final class ExchangeTimer {
    private final Deadline deadline;
    private final EventLoop loop;
    private Phase phase = Phase.NOTHING;
    private Runnable pastOwn = () -> {};
    private long ownLeft;
    private long ownSince;
    private boolean ownRuns;

    /** What is waited for. A test holds this table and the one in docs/ARCHITECTURE.md together. */
    enum Phase {
        NOTHING("", ""),
        FIRST_BYTE("new connection without a byte", "close"),
        HEAD("request head complete, from its first byte", "408, close"),
        IDLE("keep-alive idle", "close"),
        EXCHANGE(
                "exchange: waiting, credentials, attempts, until the response's head",
                "504, or 503 when nothing was sent"),
        WAITING("waiting for memory and for a place", "503"),
        BODY("body idle, while we read", "408, close"),
        UPLOAD("streamed body that the upstream takes nothing of", "504, close"),
        RESPONSE("response idle; event streams", "the response is cut"),
        CLIENT("response that the client takes nothing of", "the response is cut"),
        LINGERING("client that still sends after its response", "close");

        private final String what;
        private final String past;

        Phase(String what, String past) {
            this.what = what;
            this.past = past;
        }

        /** In words, for the table. */
        String what() {
            return what;
        }

        /** What happens then, for the table. */
        String past() {
            return past;
        }
    }

    /** @param faulty takes what an action throws */
    ExchangeTimer(EventLoop loop, Consumer<Throwable> faulty) {
        this.loop = loop;
        this.deadline = new Deadline(loop, faulty);
    }

    /** Waits for {@code limit}, then runs {@code past}, unless another phase has begun by then. */
    void enter(Phase next, Duration limit, Runnable past) {
        arm(next, limit.toNanos(), past);
    }

    private void arm(Phase next, long nanos, Runnable past) {
        assert loop.inEventLoop();
        phase = next;
        deadline.arm(nanos, past);
    }

    /** Waits for nothing, and without a limit. */
    void rest() {
        assert loop.inEventLoop();
        phase = Phase.NOTHING;
        deadline.disarm();
    }

    /** For good, at the connection's end. */
    void cancel() {
        rest();
        deadline.cancel();
    }

    /** An exchange begins, with so much time of its own, which does not run yet. */
    void beginExchange(Duration own, Runnable past) {
        assert loop.inEventLoop();
        ownLeft = own.toNanos();
        ownRuns = false;
        pastOwn = past;
    }

    /** The exchange's own time runs, or runs on. */
    void runOwn() {
        goOnOwn();
        arm(Phase.EXCHANGE, ownLeft, pastOwn);
    }

    /** The exchange waits for its turn: its own time runs on, and the waiting has a limit besides. */
    void awaitTurn(long maxNanos, Runnable tooLong) {
        goOnOwn();
        boolean turnFirst = maxNanos < ownLeft;
        arm(Phase.WAITING, turnFirst ? Math.max(maxNanos, 0) : ownLeft, turnFirst ? tooLong : pastOwn);
    }

    /** The body is on its way, and nobody is to be hurried yet: the exchange's own time stands. */
    void pauseOwn() {
        goOnOwn();
        ownRuns = false;
        rest();
        phase = Phase.BODY;
    }

    /** It is the client's turn to send its body. */
    void awaitBody(Pace pace) {
        arm(Phase.BODY, pace.nextLook(now()), () -> {
            if (pace.goesOn(now())) {
                awaitBody(pace);
            }
        });
    }

    /**
     * Bounds how long what was written may lie there without the client taking any of it; each byte that it takes grants it the time
     * anew.
     *
     * @param unwritten bytes that lie there at a moment
     */
    void awaitClient(Duration limit, LongSupplier unwritten, Runnable stalled) {
        long before = unwritten.getAsLong();
        enter(Phase.CLIENT, limit, () -> {
            if (unwritten.getAsLong() < before) {
                awaitClient(limit, unwritten, stalled);
            } else {
                stalled.run();
            }
        });
    }

    /** Whether the body is on its way: no response has begun, and the exchange's own time stands. */
    boolean isWithinBody() {
        return phase == Phase.BODY || phase == Phase.UPLOAD;
    }

    Phase phase() {
        return phase;
    }

    /** On the loop's ticker. */
    long now() {
        return deadline.now();
    }

    private void goOnOwn() {
        long now = now();
        if (ownRuns) {
            ownLeft -= now - ownSince;
        }
        ownRuns = true;
        ownSince = now;
    }
}
