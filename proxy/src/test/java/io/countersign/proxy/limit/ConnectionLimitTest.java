package io.countersign.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConnectionLimitTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final MockTicker ticker = Ticker.newMockTicker();
    private final List<EmbeddedChannel> channels = new ArrayList<>();
    private final ConnectionLimit limit = new ConnectionLimit(() -> 3, ConnectionLimit.Giving.UNUSED);

    /** A seat and its channel. */
    private record Guest(EmbeddedChannel channel, Seat seat) {
        boolean isOpen() {
            channel.runPendingTasks();
            return channel.isOpen();
        }
    }

    @AfterEach
    void close() {
        channels.forEach(EmbeddedChannel::close);
        assertEquals(0, limit.open());
    }

    private EmbeddedChannel channel() {
        EmbeddedChannel channel = EmbeddedChannel.builder().ticker(ticker).build();
        channels.add(channel);
        return channel;
    }

    private Optional<Seat> tryEnter(String peer) {
        return limit.admit(channel(), address(peer));
    }

    private Guest enter(String peer) {
        EmbeddedChannel channel = channel();
        return new Guest(channel, limit.admit(channel, address(peer)).orElseThrow());
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private long now() {
        return ticker.nanoTime();
    }

    @Test
    void letsTheOldestSilentOneGo() {
        Guest first = enter("10.0.0.1");
        ticker.advance(1, TimeUnit.MILLISECONDS);
        Guest second = enter("10.0.0.1");
        Guest third = enter("10.0.0.1");
        Guest fourth = enter("10.0.0.1");
        assertFalse(first.isOpen());
        assertTrue(second.isOpen() && third.isOpen() && fourth.isOpen());
        assertEquals(3, limit.open());
        assertEquals(1, limit.displaced());
        assertEquals(0, limit.refused());
    }

    @Test
    void neverLetsARequestGo() {
        List<Guest> guests = List.of(enter("10.0.0.1"), enter("10.0.0.1"), enter("10.0.0.1"));
        guests.forEach(guest -> assertTrue(guest.seat().busy()));
        ticker.advance(1, TimeUnit.HOURS);
        assertTrue(tryEnter("10.0.0.2").isEmpty());
        assertEquals(1, limit.refused());
        guests.forEach(guest -> assertTrue(guest.isOpen()));
    }

    /** Who was answered just now is about to ask again; a second later it may be the one that asks no more. */
    @Test
    void letsAnIdleOneGoOnlyAfterAWhile() {
        List<Guest> guests = List.of(enter("10.0.0.1"), enter("10.0.0.1"), enter("10.0.0.1"));
        guests.forEach(guest -> guest.seat().idle(now()));
        ticker.advance(SECOND - 8, TimeUnit.NANOSECONDS);
        assertTrue(tryEnter("10.0.0.2").isEmpty());
        ticker.advance(16, TimeUnit.NANOSECONDS);
        assertTrue(tryEnter("10.0.0.2").isPresent());
        assertEquals(2, guests.stream().filter(Guest::isOpen).count());
    }

    @Test
    void letsAHeadThatDoesNotEndGoOnlyAfterAWhile() {
        Guest head = enter("10.0.0.1");
        head.seat().headBegun(now());
        assertTrue(enter("10.0.0.1").seat().busy());
        assertTrue(enter("10.0.0.1").seat().busy());
        assertTrue(tryEnter("10.0.0.2").isEmpty());
        ticker.advance(SECOND, TimeUnit.NANOSECONDS);
        ticker.advance(8, TimeUnit.NANOSECONDS);
        assertTrue(tryEnter("10.0.0.2").isPresent());
        assertFalse(head.isOpen());
    }

    @Test
    void prefersWhoHasLongBeenSilentThenHeadsThenIdleOnesThenNewcomers() {
        ConnectionLimit four = new ConnectionLimit(() -> 4, ConnectionLimit.Giving.UNUSED);
        List<Guest> guests = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            EmbeddedChannel channel = channel();
            guests.add(
                    new Guest(channel, four.admit(channel, address("10.0.0.1")).orElseThrow()));
        }
        guests.get(0).seat().idle(now());
        guests.get(1).seat().headBegun(now());
        guests.get(3).seat().done(now());
        ticker.advance(2, TimeUnit.SECONDS);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            assertTrue(four.admit(channel(), address("10.0.0.1")).isPresent());
            for (int g = 0; g < 4; g++) {
                if (!order.contains(g) && !guests.get(g).isOpen()) {
                    order.add(g);
                }
            }
        }
        assertEquals(List.of(3, 2, 1, 0), order);
    }

    @Test
    void amongNewcomersTheAddressWithMostGivesWay() {
        Guest alone = enter("10.0.0.1");
        ticker.advance(1, TimeUnit.MILLISECONDS);
        Guest crowd = enter("10.0.0.9");
        enter("10.0.0.9");
        enter("10.0.0.9");
        assertTrue(alone.isOpen());
        assertFalse(crowd.isOpen());
    }

    @Test
    void whoHasGoneMayNotBegin() {
        Guest first = enter("10.0.0.1");
        ticker.advance(1, TimeUnit.MILLISECONDS);
        enter("10.0.0.1");
        enter("10.0.0.1");
        enter("10.0.0.1");
        assertFalse(first.seat().busy());
        first.seat().idle(now());
        first.seat().headBegun(now());
        assertFalse(first.seat().busy());
    }

    @Test
    void whoLeavesMakesRoomOnce() {
        Guest first = enter("10.0.0.1");
        enter("10.0.0.1").seat().busy();
        enter("10.0.0.1").seat().busy();
        first.seat().busy();
        assertTrue(tryEnter("10.0.0.1").isEmpty());
        first.channel().close();
        first.channel().close();
        assertEquals(2, limit.open());
        enter("10.0.0.1").seat().busy();
        assertTrue(tryEnter("10.0.0.1").isEmpty());
    }

    @Test
    void refusesWithoutLettingAnybodyGoWhereNobodyIsTo() {
        ConnectionLimit strict = new ConnectionLimit(() -> 1, ConnectionLimit.Giving.NOBODY);
        assertTrue(strict.admit(channel(), address("10.0.0.1")).isPresent());
        ticker.advance(1, TimeUnit.HOURS);
        assertTrue(strict.admit(channel(), address("10.0.0.1")).isEmpty());
        assertEquals(1, strict.open());
        assertEquals(1, strict.refused());
    }

    /** The seat is taken on one thread and claimed for a request on another, at the same moment: one of them gets it. */
    @Test
    void aSeatIsEitherTakenOrUsed() throws Exception {
        for (int round = 0; round < 2000; round++) {
            Seat seat = new Seat(channel(), address("10.0.0.1"), now());
            long seen = seat.state();
            CyclicBarrier together = new CyclicBarrier(2);
            AtomicBoolean taken = new AtomicBoolean();
            Thread other = new Thread(() -> {
                try {
                    together.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                taken.set(seat.take(seen));
            });
            other.start();
            together.await();
            boolean used = seat.busy();
            other.join();
            assertTrue(used != taken.get(), "used " + used + ", taken " + taken);
        }
    }
}
