package io.countersign.standin.stats;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last so many requests, newest first. */
public final class LastRequests {
    private final int capacity;
    private final Deque<SeenRequest> seen = new ArrayDeque<>();

    public LastRequests(int capacity) {
        this.capacity = capacity;
    }

    public synchronized void add(SeenRequest request) {
        if (seen.size() == capacity) {
            seen.removeLast();
        }
        seen.addFirst(request);
    }

    public synchronized List<SeenRequest> list() {
        return List.copyOf(seen);
    }

    public synchronized void clear() {
        seen.clear();
    }
}
