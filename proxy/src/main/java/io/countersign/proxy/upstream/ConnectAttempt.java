package io.countersign.proxy.upstream;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Opens one connection: the name, then its addresses, of which the first that is connected wins.
 *
 * <p>The next address is tried when one fails, or when TCP is slow: after 250 ms if the next is of the other family (RFC 8305
 * section 5: a black hole in one family must not cost the whole limit), after a second, when Linux sends its first SYN again,
 * if it is of the same. Once TCP is connected nothing more is begun beside it, so that an upstream whose TLS is slow does not
 * get four connections for each. The limit counts for the name and for each address; at most {@link
 * AddressOrder#MAX_ADDRESSES} are tried. Confined to the loop; the result is handed over there in a turn of its own, once.
 */
final class ConnectAttempt implements AddressAttempt.Listener {
    private static final Duration OTHER_FAMILY = Duration.ofMillis(250);
    private static final Duration SAME_FAMILY = Duration.ofSeconds(1);

    private final Opening opening;
    private final Upstream upstream;
    private final EventLoop loop;
    private final Dialer dialer;
    private final int turn;
    private final List<AddressAttempt> running = new ArrayList<>();
    private List<InetAddress> addresses = List.of();
    private int next;
    private boolean over;

    /** First the time for the name, then the time until the next address is tried beside the others; null when none runs. */
    private Future<?> timer;

    /** @param turn which address comes first, as {@link AddressOrder#of} takes it */
    ConnectAttempt(Opening opening, EventLoop loop, Dialer dialer, int turn) {
        this.opening = opening;
        this.upstream = opening.upstream();
        this.loop = loop;
        this.dialer = dialer;
        this.turn = turn;
    }

    void begin(Resolver resolver) {
        String host = upstream.config().address().host();
        after(opening.limit(), () -> fail(ConnectFaults.notResolvedInTime(upstream, host, opening.limit())));
        resolver.resolve(upstream.config())
                .whenComplete((found, error) -> loop.execute(() -> {
                    if (over) {
                        return;
                    }
                    stopTimer();
                    if (error != null) {
                        fail(ConnectFaults.unresolved(upstream, host, error));
                    } else if (!opening.isWanted()) {
                        fail(ConnectFaults.closing(upstream));
                    } else {
                        addresses = AddressOrder.of(found, turn);
                        tryNext();
                    }
                }));
    }

    private void tryNext() {
        stopTimer();
        InetAddress address = addresses.get(next++);
        InetSocketAddress to =
                new InetSocketAddress(address, upstream.config().address().port());
        running.add(dialer.dial(upstream, to, opening.limit(), this));
        if (next < addresses.size()) {
            boolean same = addresses.get(next).getClass() == address.getClass();
            after(same ? SAME_FAMILY : OTHER_FAMILY, this::tryNext);
        }
    }

    @Override
    public void connected() {
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
        if (over) {
            return;
        }
        if (next < addresses.size() && opening.isWanted()) {
            tryNext();
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
