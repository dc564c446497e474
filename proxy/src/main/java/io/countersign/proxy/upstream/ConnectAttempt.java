package io.countersign.proxy.upstream;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Opens one connection: the name, then its addresses as RFC 8305 section 5 says, of which the first that is open wins.
 *
 * <p>The next address is tried when one fails, or 250 ms after the one before it, so that an address that is silent costs no more than
 * that; at most {@link #MAX_AT_ONCE} at once. Open means with TLS, since an address that takes connections and serves none is of no
 * use. But while a TLS handshake is under way no further address is tried: an upstream, or a processor of ours, that is
 * slow at handshakes would get several for each connection just then. Such an address costs the whole limit, which counts for the name and
 * for each address. Confined to the loop; the result is handed over there in a turn of its own, once.
 */
final class ConnectAttempt implements AddressAttempt.Listener {
    /** RFC 8305 section 8, "Connection Attempt Delay". */
    private static final Duration ATTEMPT_DELAY = Duration.ofMillis(250);

    /** A second of silence has begun four. */
    static final int MAX_AT_ONCE = 4;

    /** What connects to one address: {@link Dialer#dial}, or a test. */
    interface Dial {
        AddressAttempt dial(
                Upstream upstream, InetSocketAddress address, Duration limit, AddressAttempt.Listener listener);
    }

    private final Opening opening;
    private final Upstream upstream;
    private final EventLoop loop;
    private final Dial dial;
    private final List<AddressAttempt> running = new ArrayList<>();

    /** Those of {@link #running} whose TCP is there and whose TLS is not. */
    private final List<AddressAttempt> handshaking = new ArrayList<>();

    private List<InetAddress> addresses = List.of();
    private int next;
    private boolean over;

    /** First the time for the name, then the time until the next address is tried beside the others; null when none runs. */
    private Future<?> timer;

    ConnectAttempt(Opening opening, EventLoop loop, Dial dial) {
        this.opening = opening;
        this.upstream = opening.upstream();
        this.loop = loop;
        this.dial = dial;
    }

    void begin(Resolver resolver) {
        String host = upstream.config().hop().host();
        after(resolver.patience(upstream.config(), opening.limit()), () -> late(resolver));
        resolver.resolve(upstream.config())
                .whenComplete((found, error) -> loop.execute(() -> {
                    if (over || isConnecting()) {
                        return;
                    }
                    stopTimer();
                    if (error != null) {
                        fail(ConnectFaults.unresolved(upstream, host, error));
                    } else if (!opening.isWanted()) {
                        fail(ConnectFaults.closing(upstream));
                    } else {
                        connectTo(found);
                    }
                }));
    }

    private void late(Resolver resolver) {
        Optional<List<InetAddress>> known = resolver.instead(upstream.config());
        if (known.isPresent() && opening.isWanted()) {
            connectTo(known.get());
        } else {
            String host = upstream.config().hop().host();
            fail(ConnectFaults.notResolvedInTime(upstream, host, opening.limit()));
        }
    }

    /** Whether there have been addresses; the resolver may be late with its own. */
    private boolean isConnecting() {
        return next > 0;
    }

    /** Goes on with addresses that have been judged: at least one, in the resolver's order. */
    void connectTo(List<InetAddress> found) {
        addresses = AddressOrder.of(found, upstream.nextTurn());
        tryNext();
    }

    private void tryNext() {
        stopTimer();
        InetSocketAddress to = new InetSocketAddress(
                addresses.get(next++), upstream.config().hop().port());
        running.add(dial.dial(upstream, to, opening.limit(), this));
        if (next < addresses.size() && running.size() < MAX_AT_ONCE) {
            after(ATTEMPT_DELAY, this::tryNext);
        }
    }

    @Override
    public void connected(AddressAttempt attempt) {
        handshaking.add(attempt);
        stopTimer();
    }

    @Override
    public void opened(AddressAttempt winner, UpstreamConnection connection) {
        end();
        running.remove(winner);
        running.forEach(AddressAttempt::stop);
        opening.opened(connection);
    }

    @Override
    public void failed(AddressAttempt attempt, UpstreamFault fault) {
        running.remove(attempt);
        handshaking.remove(attempt);
        if (over) {
            return;
        }
        if (next < addresses.size() && opening.isWanted()) {
            if (handshaking.isEmpty()) {
                tryNext();
            }
        } else if (running.isEmpty()) {
            fail(fault);
        }
    }

    private void fail(UpstreamFault fault) {
        end();
        opening.failed(fault);
    }

    private void end() {
        over = true;
        stopTimer();
    }

    private void after(Duration delay, Runnable then) {
        timer = loop.schedule(then, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
