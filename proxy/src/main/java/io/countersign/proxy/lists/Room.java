package io.countersign.proxy.lists;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that the texts which are fetched at once may take together. Safe from any thread. */
final class Room {
    private final AtomicLong left;

    Room(long bytes) {
        left = new AtomicLong(bytes);
    }

    /** Takes that many; false, and none are taken, when there are fewer. */
    boolean take(long bytes) {
        if (left.addAndGet(-bytes) >= 0) {
            return true;
        }
        left.addAndGet(bytes);
        return false;
    }

    /** Gives back what was taken and is needed no more. */
    void give(long bytes) {
        left.addAndGet(bytes);
    }
}
