package io.countersign.proxy.request;

import io.countersign.proxy.route.RouteTimes;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Whether a client sends its body fast enough. Silence for {@code body-idle} is too long in any case. While others wait for what its
 * body takes, silence for half of {@code wait} is too long as well, and so is less than the pace that is asked of it: it gives way
 * before those others run out of time.
 *
 * <p>Confined to the connection's event loop; times are nanoseconds on its ticker.
 */
public final class Pace {
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
     * Judges nobody until {@link #begin}.
     *
     * @param wanted whether others wait for what the body takes
     * @param idle runs past {@code body-idle}
     * @param giveWay runs when the body is to make room
     */
    Pace(RouteTimes times, BooleanSupplier wanted, Runnable idle, Runnable giveWay) {
        this.idleNanos = times.bodyIdle().toNanos();
        this.graceNanos = times.await().toNanos() / 2;
        this.wanted = wanted;
        this.idle = idle;
        this.giveWay = giveWay;
    }

    /** It is the client's turn from now on. */
    Pace begin(double minBytesPerSecond, long now) {
        bytesPerSecond = minBytesPerSecond;
        began = now;
        last = now;
        came = 0;
        return this;
    }

    /** Bytes came, and more are to come. Returns false once the body has had to give way, which may end the exchange. */
    boolean came(int bytes, long now) {
        came += bytes;
        last = now;
        if (isBehind(now) && wanted.getAsBoolean()) {
            giveWay.run();
            return false;
        }
        return true;
    }

    /** Looks without anything having come. Returns false once that has ended the wait. */
    public boolean goesOn(long now) {
        if (now - last >= idleNanos) {
            idle.run();
            return false;
        }
        if ((now - last >= graceNanos || isBehind(now)) && wanted.getAsBoolean()) {
            giveWay.run();
            return false;
        }
        return true;
    }

    /** After how long to look, if nothing comes before. */
    public long nextLook(long now) {
        return Math.min(idleNanos - (now - last), Math.max(graceNanos / 2, 1));
    }

    private boolean isBehind(long now) {
        long due = now - began - graceNanos;
        return due > 0 && came < bytesPerSecond * due / TimeUnit.SECONDS.toNanos(1);
    }
}
