package io.countersign.proxy.upstream;

import java.time.Duration;

/** A connection as its pool knows it: who has it, and for how long it may be kept. Confined to the pool's event loop. */
final class PooledConnection implements UpstreamConnection.Owner {
    private final UpstreamConnection connection;
    private final Lifetime lifetime;
    private final Home home;
    private Holder holder = Holder.NOBODY;
    private boolean hasBeenIdle;

    /** Where it goes back to. */
    interface Home {
        void release(PooledConnection connection);
    }

    private enum Holder {
        NOBODY,
        EXCHANGE,
        POOL,

        /** It is being closed, which over TLS takes a while. */
        CLOSING
    }

    PooledConnection(UpstreamConnection connection, Lifetime lifetime, Home home) {
        this.connection = connection;
        this.lifetime = lifetime;
        this.home = home;
    }

    /** @param times of the route that it is lent to: how long it may be kept afterwards */
    Acquired.Got lend(ConnectionTimes times) {
        holder = Holder.EXCHANGE;
        keepBy(times);
        return new Acquired.Got(connection.open(this), hasBeenIdle);
    }

    void keepBy(ConnectionTimes times) {
        lifetime.keepBy(times.poolIdle(), times.poolMaxAge());
    }

    /** Whether an exchange has it, or had it when it broke. */
    boolean isLent() {
        return holder == Holder.EXCHANGE;
    }

    /** Begins to be idle; false when it has been kept for long enough. */
    boolean fallIdle(long now) {
        holder = Holder.POOL;
        hasBeenIdle = true;
        return lifetime.fallIdle(now);
    }

    /** Whether an exchange may have it, at {@code now}. */
    boolean isUsable(long now, Duration maxAge) {
        return holder == Holder.POOL && connection.isClean() && !lifetime.isOver(now, maxAge);
    }

    boolean isActive() {
        return connection.channel().isActive();
    }

    /** When it is to go, if it is idle; by the loop's ticker. */
    long until() {
        return lifetime.until();
    }

    long idleSince() {
        return lifetime.idleSince();
    }

    void discard() {
        holder = Holder.CLOSING;
        connection.close();
    }

    @Override
    public void keptFor(Duration time) {
        lifetime.upstreamKeepsFor(time);
    }

    @Override
    public void streamEnded() {
        home.release(this);
    }
}
