package io.countersign.proxy.exchange;

import io.countersign.proxy.route.RouteTimes;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Watches a client while it is its turn to send a body. Silence for {@code body-idle} is too long in any case. While others wait
 * for what its body takes, silence for half of {@code wait} is too long as well, and so is less than the pace that is asked of it:
 * it gives way before those others run out of time.
 *
 * <p>Confined to the connection's event loop; arms its one deadline.
 */
final class Pace {
    private final Deadline deadline;
    private final long idleNanos;
    private final long graceNanos;
    private final BooleanSupplier wanted;
    private final Runnable idle;
    private final Runnable giveWay;
    private double bytesPerSecond;
    private long began;
    private long last;
    private long came;

    /**
     * Watches nobody until {@link #begin}.
     *
     * @param wanted whether others wait for what the body takes
     * @param idle runs past {@code body-idle}
     * @param giveWay runs when the body is to make room
     */
    Pace(Deadline deadline, RouteTimes times, BooleanSupplier wanted, Runnable idle, Runnable giveWay) {
        this.deadline = deadline;
        this.idleNanos = times.bodyIdle().toNanos();
        this.graceNanos = times.await().toNanos() / 2;
        this.wanted = wanted;
        this.idle = idle;
        this.giveWay = giveWay;
    }

    /** It is the client's turn from now on. */
    void begin(double leastBytesPerSecond) {
        bytesPerSecond = leastBytesPerSecond;
        began = deadline.now();
        last = began;
        came = 0;
        arm(last);
    }

    /** Bytes came, and more are to come; may end the exchange. */
    void came(int bytes) {
        came += bytes;
        last = deadline.now();
        if (isBehind(last) && wanted.getAsBoolean()) {
            giveWay.run();
        } else {
            arm(last);
        }
    }

    private boolean isBehind(long now) {
        long due = now - began - graceNanos;
        return due > 0 && came < bytesPerSecond * due / TimeUnit.SECONDS.toNanos(1);
    }

    private void arm(long now) {
        long left = idleNanos - (now - last);
        deadline.arm(Math.min(left, Math.max(graceNanos / 2, 1)), this::look);
    }

    private void look() {
        long now = deadline.now();
        if (now - last >= idleNanos) {
            idle.run();
        } else if ((now - last >= graceNanos || isBehind(now)) && wanted.getAsBoolean()) {
            giveWay.run();
        } else {
            arm(now);
        }
    }
}
