package io.countersign.proxy.limit;

import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * One exchange's place upstream: among those in flight at first, and among those whose response lasts once it has gone on for
 * longer than a place is for. Confined to the exchange's event loop.
 */
public final class Place {
    private final Budget.Claim inFlight;
    private final Budget lasting;
    private final Ask ask;
    private final Executor loop;
    private boolean claimed;
    private Optional<Budget.Claim> lasts = Optional.empty();

    /**
     * @param inFlight places, shared by all loops
     * @param lasting responses that go on without a place, shared by all loops
     */
    public Place(Budget inFlight, Budget lasting, Ask ask, Executor loop) {
        this.inFlight = inFlight.claim(ask, loop);
        this.lasting = lasting;
        this.ask = ask;
        this.loop = loop;
    }

    /** Claims the place; {@code granted} runs on the loop if it has to be waited for. */
    public Claimed claim(Runnable granted) {
        claimed = true;
        return inFlight.begin(granted);
    }

    /** Whether it has been asked for. */
    public boolean isClaimed() {
        return claimed;
    }

    /** Whether others wait for it. */
    public boolean isWanted() {
        return claimed && inFlight.isWanted();
    }

    /** Lets another exchange have it; a second call does nothing. */
    public void leave() {
        inFlight.release();
    }

    /** Goes on without it, counted among the responses that last; returns whether there is room for one more. */
    public boolean leaveToLast() {
        boolean room = claimToLast(1);
        if (room) {
            leave();
        }
        return room;
    }

    /**
     * Sees to it beforehand that it can go on without its place, once it leaves that.
     *
     * @param responses as how many of those that last it counts
     * @return whether there is room
     */
    public boolean claimToLast(int responses) {
        if (lasts.isEmpty()) {
            long amount = Math.min(responses, lasting.limit());
            Budget.Claim claim = lasting.claim(Ask.of(ask.route(), ask.shared(), amount), loop);
            if (claim.begin(() -> {}) != Claimed.GRANTED) {
                return false;
            }
            lasts = Optional.of(claim);
        }
        return true;
    }

    /** Lets go of all; a second call does nothing. */
    public void release() {
        leave();
        lasts.ifPresent(Budget.Claim::release);
    }
}
