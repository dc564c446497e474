package io.countersign.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.upstream.PoolRig.Asker;
import io.countersign.proxy.upstream.PoolRig.Line;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many connections there are at most, and whose go when there are too many. */
class PoolBoundsTest {
    private static final Upstream A = PoolRig.upstream("a.localhost");

    private final Upstream upstream = PoolRig.upstream("api.localhost");

    @Test
    void theOldestIdleConnectionMakesRoom() {
        PoolRig small = new PoolRig(new PoolLimits(8, 8, 3, 3));
        UpstreamPool one = small.pool();
        List<Line> opened = openAtOnce(small, one, upstream, 3);
        opened.forEach(small::serve);
        assertEquals(3, small.pools.counts().idle());

        small.advance(Duration.ofSeconds(1));
        Asker other = small.ask(one, A);
        Line others = small.open();
        small.serve(other.connection());
        assertFalse(opened.get(0).channel().isOpen(), "three at most in all");
        assertTrue(opened.get(1).channel().isOpen());
        assertTrue(opened.get(2).channel().isOpen());
        assertTrue(others.channel().isOpen());
        assertEquals(3, small.pools.counts().idle());
    }

    /** All connections of a busy loop fall idle in one turn and are needed in the next. */
    @Test
    void anUpstreamKeepsMoreThanItsShareWhileThereIsRoom() {
        PoolRig small = new PoolRig(new PoolLimits(8, 8, 4, 2));
        UpstreamPool one = small.pool();
        for (int turn = 0; turn < 3; turn++) {
            List<Asker> askers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                askers.add(small.ask(one, upstream));
            }
            while (!small.openings.isEmpty()) {
                small.open();
            }
            askers.forEach(asker -> small.serve(asker.connection()));
            assertEquals(4, small.pools.counts().idle());
        }
        assertEquals(4, small.opened(), "each serves again");
    }

    @Test
    void whoHasMoreThanItsShareMakesRoomForOthers() {
        PoolRig small = new PoolRig(new PoolLimits(8, 8, 4, 2));
        UpstreamPool one = small.pool();
        List<Line> others = openAtOnce(small, one, A, 1);
        others.forEach(small::serve);
        small.advance(Duration.ofSeconds(1));
        List<Line> burst = openAtOnce(small, one, upstream, 4);
        burst.forEach(small::serve);
        assertTrue(others.get(0).channel().isOpen(), "older, but within its share");
        assertFalse(burst.get(0).channel().isOpen());
        assertEquals(4, small.pools.counts().idle());
    }

    private static List<Line> openAtOnce(PoolRig rig, UpstreamPool pool, Upstream upstream, int count) {
        List<Line> opened = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rig.ask(pool, upstream);
            opened.add(rig.open());
        }
        return opened;
    }

    @Test
    void anIdleConnectionMakesRoomForOneThatIsOpened() {
        PoolRig small = new PoolRig(new PoolLimits(8, 8, 1, 1));
        UpstreamPool one = small.pool();
        Asker first = small.ask(one, upstream);
        Line warm = small.open();
        small.serve(first.connection());
        assertTrue(warm.channel().isOpen());
        small.ask(one, A);
        assertFalse(warm.channel().isOpen());
        assertEquals(0, small.pools.counts().idle());
    }

    @Test
    void anotherLoopMakesRoomWhenOnesOwnHasNothingOlder() {
        PoolRig small = new PoolRig(new PoolLimits(8, 8, 2, 2));
        UpstreamPool one = small.pool();
        small.pool();
        UpstreamPool other = small.pool();
        List<Line> opened = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            small.ask(one, upstream);
            opened.add(small.open());
        }
        opened.forEach(small::serve);
        Asker late = small.ask(other, upstream);
        Line its = small.open();
        small.serve(late.connection());
        assertFalse(opened.get(0).channel().isOpen());
        assertTrue(opened.get(1).channel().isOpen());
        assertTrue(its.channel().isOpen());
        assertEquals(2, small.pools.counts().idle());
    }

    @Test
    void pastTheLimitWhoAsksIsRefusedAtOnce() {
        PoolRig small = new PoolRig(new PoolLimits(2, 3, 4, 4));
        UpstreamPool one = small.pool();
        Asker first = small.ask(one, upstream);
        Asker second = small.ask(one, upstream);
        Asker third = small.ask(one, upstream);
        assertEquals(2, small.openings.size(), "two are opened at once");
        assertTrue(third.waits());
        assertEquals(
                UpstreamFault.Kind.CONNECTION_LIMIT,
                small.ask(one, upstream).fault().kind(),
                "three wait at most");
        small.open();
        assertFalse(first.waits());
        assertEquals(2, small.openings.size(), "the third's turn has come");
        small.open();
        small.open();
        assertFalse(second.waits());
        assertFalse(third.waits());
    }

    @Test
    void whoCannotBeWokenIsRefusedRatherThanLeftWaiting() {
        PoolRig small = new PoolRig(new PoolLimits(1, 8, 4, 4));
        UpstreamPool one = small.pool();
        small.ask(one, A);
        assertEquals(
                UpstreamFault.Kind.CONNECTION_LIMIT,
                small.ask(one, upstream).fault().kind());
    }
}
