package io.countersign.proxy.listen.tls;

import io.countersign.proxy.limit.ConnectionLimit;
import io.countersign.proxy.limit.Seat;
import io.countersign.proxy.limit.SideConnections;
import io.netty.channel.Channel;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.IntSupplier;

/**
 * The handshakes that are under way on all TLS listeners: a bounded number, since each takes several times the memory of a
 * connection. One more makes the oldest of the address with the most of them give way, so that whoever begins many and ends
 * none keeps nobody out. Safe from any thread.
 */
public final class Handshakes {
    private final Executor threads;
    private final ConnectionLimit pending;

    /**
     * Makes the handshakes of all listeners.
     *
     * @param threads compute them
     * @param connections that may be served, in force at a moment
     */
    public Handshakes(Executor threads, IntSupplier connections) {
        this.threads = threads;
        this.pending = new ConnectionLimit(
                () -> new SideConnections(connections.getAsInt()).handshakes(), ConnectionLimit.Giving.UNUSED);
    }

    /** Computes the handshake of that connection; what is still to be done for one that is closed is left out, or a flood would keep the
     * threads busy long after its connections are gone. */
    Executor of(Channel channel) {
        return task -> threads.execute(() -> {
            if (channel.isOpen()) {
                task.run();
            }
        });
    }

    /** Counts one from now on; empty when none of the others gives way. */
    Optional<Seat> begin(Channel channel, Object client) {
        return pending.admit(channel, client);
    }

    /** It is over, and the connection goes on; false when it had to give way to another just now. */
    boolean end(Seat seat) {
        boolean own = seat.busy();
        pending.release(seat);
        return own;
    }

    /** Under way now. */
    public int pending() {
        return pending.open();
    }
}
