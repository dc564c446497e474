package io.countersign.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One place in flight, and one for a response that lasts. */
class PlaceTest {
    private final Budget inFlight = Budget.ofPlaces(1, 10);
    private final Budget lasting = Budget.ofPlaces(1, 0);

    @Test
    void leavingToLastLetsTheNextOneHaveThePlace() {
        Place first = place();
        Place second = place();
        AtomicInteger granted = new AtomicInteger();
        assertEquals(Claimed.GRANTED, first.claim(granted::incrementAndGet));
        assertEquals(Claimed.WAITING, second.claim(granted::incrementAndGet));
        assertTrue(first.isWanted());

        assertTrue(first.leaveToLast());
        assertTrue(first.leaveToLast(), "a second time it is there already");
        assertEquals(1, granted.get(), "the second has its place");
        assertEquals(1, lasting.used());
        first.release();
        first.release();
        second.release();
        assertEquals(0, inFlight.used());
        assertEquals(0, lasting.used());
    }

    @Test
    void keepsItsPlaceWhileTooManyLast() {
        Place first = place();
        assertEquals(Claimed.GRANTED, first.claim(() -> {}));
        assertTrue(first.leaveToLast());
        Place second = place();
        assertEquals(Claimed.GRANTED, second.claim(() -> {}));
        assertFalse(second.leaveToLast());
        assertEquals(1, inFlight.used());
        second.release();
        assertEquals(0, inFlight.used());
    }

    @Test
    void whatIsClaimedToLastBeforehandKeepsItsPlaceUntilThen() {
        Place first = place();
        assertTrue(first.claimToLast(2), "of a smaller budget it takes all");
        assertEquals(1, lasting.used());
        assertFalse(place().claimToLast(1));
        first.claim(() -> {});
        assertEquals(1, inFlight.used());
        assertTrue(first.leaveToLast());
        assertEquals(1, lasting.used());
        assertEquals(0, inFlight.used());
        first.release();
        assertEquals(0, lasting.used());
    }

    @Test
    void isNotWantedBeforeItIsClaimed() {
        Place holder = place();
        Place waiting = place();
        Place idle = place();
        holder.claim(() -> {});
        waiting.claim(() -> {});
        assertFalse(idle.isWanted());
        idle.release();
        waiting.release();
        holder.release();
        assertEquals(0, inFlight.used());
    }

    private Place place() {
        return new Place(inFlight, lasting, Ask.of("main", false, 1), Runnable::run);
    }
}
