package io.countersign.proxy.limit;

import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One open connection's place within a {@link ConnectionLimit}, and whether it may be taken away for another connection.
 *
 * <p>The connection's own loop reports what happens on it; any thread may take the seat away, but only while nothing runs on the
 * connection. Both sides swap one state, so only one of them wins: a seat that {@link #busy} has claimed stays, and once it
 * has been taken away {@link #busy} returns false.
 */
public final class Seat {
    private static final Activity[] ACTIVITIES = Activity.values();

    private final Channel channel;
    private final Object client;

    /** The activity in the lowest three bits, and since when in the others: a request changes it without allocating. */
    private final AtomicLong state;

    private volatile Runnable leave;

    /** The place in the limit's list, and who else comes from the same client; both guarded by the limit's lock. */
    int index = -1;

    ConnectionLimit.Crowd crowd;

    /** What happens on a connection. */
    enum Activity {
        /** Nothing has come on it yet. */
        SILENT,
        /** A request head has begun and is not whole. */
        HEAD,
        /** A request is being served. */
        BUSY,
        /** Every request so far has been answered, and more may come. */
        IDLE,
        /** The only response of the connection is being read by the client. */
        ANSWERING,
        /** The client has that response, and nothing else will come. */
        DONE,
        /** Taken away: the connection is being closed. */
        GONE
    }

    Seat(Channel channel, Object client, long nowNanos) {
        this.channel = channel;
        this.client = client;
        this.leave = channel::close;
        this.state = new AtomicLong(state(Activity.SILENT, nowNanos));
    }

    @SuppressWarnings("EnumOrdinal") // it never leaves this class, so the order may change
    private static long state(Activity activity, long sinceNanos) {
        return (sinceNanos & ~7L) | activity.ordinal();
    }

    static Activity activity(long state) {
        return ACTIVITIES[(int) (state & 7)];
    }

    /** On the event loops' ticker, to eight nanoseconds. */
    static long sinceNanos(long state) {
        return state & ~7L;
    }

    /** What closes the connection when its seat is taken away; runs on its loop. Until it is set, the channel is closed. */
    public void whenTaken(Runnable action) {
        leave = action;
    }

    /** A request begins. False once the seat has been taken away: then nothing may be served any more. */
    public boolean busy() {
        return become(Activity.BUSY, 0);
    }

    /** Every request so far has been answered, and more may come. */
    public void idle(long nowNanos) {
        become(Activity.IDLE, nowNanos);
    }

    /** The only response of the connection is on its way; a client that reads it slowly may have to give way. */
    public void answering(long nowNanos) {
        become(Activity.ANSWERING, nowNanos);
    }

    /** That response has been sent. */
    public void done(long nowNanos) {
        become(Activity.DONE, nowNanos);
    }

    /** The first byte of a request head has arrived, but not all of it. */
    public void headBegun(long nowNanos) {
        become(Activity.HEAD, nowNanos);
    }

    private boolean become(Activity activity, long nowNanos) {
        long before = state.get();
        while (activity(before) != Activity.GONE) {
            if (state.compareAndSet(before, state(activity, nowNanos))) {
                return true;
            }
            before = state.get();
        }
        return false;
    }

    long state() {
        return state.get();
    }

    /** Takes it away if nothing has happened on the connection since {@code seen}, when nothing ran on it. */
    boolean take(long seen) {
        return activity(seen) != Activity.BUSY && state.compareAndSet(seen, state(Activity.GONE, 0));
    }

    /** Closes the connection, on its own loop. */
    void leave() {
        // A loop that has ended has closed its connections already.
        if (!channel.eventLoop().isShuttingDown()) {
            channel.eventLoop().execute(() -> leave.run());
        }
    }

    /** Whose connection it is, as given to {@link ConnectionLimit#admit}. */
    Object client() {
        return client;
    }
}
