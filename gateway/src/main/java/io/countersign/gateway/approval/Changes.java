package io.countersign.gateway.approval;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What has changed here, and other replicas have to hear of. Used under the lock of {@link Ledger}. Bounded by it: while the store that
 * replicas share is away, only decisions are remembered; all else is compared when it is back.
 */
final class Changes {
    private final Set<Topic> toTell = new LinkedHashSet<>();
    private final Set<Topic> untold = new HashSet<>();
    private boolean kept;
    private boolean telling;
    private Runnable wake = () -> {};

    /** @param wake run under the lock when there is something to tell: must only take note */
    void onChange(Runnable wake) {
        this.wake = wake;
    }

    /** Whether there are others at all. */
    void kept(boolean others) {
        kept = others;
        if (!others) {
            untold.clear();
        }
    }

    /** Whether the others can be told at this moment. */
    void telling(boolean now) {
        telling = now;
        toTell.clear();
    }

    void made(Topic topic) {
        if (kept && topic.kind() != Topic.Kind.PENDING) {
            untold.add(topic);
        }
        if (telling) {
            toTell.add(topic);
            wake.run();
        }
    }

    /** Those since the last time. */
    List<Topic> take() {
        List<Topic> taken = new ArrayList<>(toTell);
        toTell.clear();
        return taken;
    }

    /** The others have it. */
    void told(Topic topic) {
        untold.remove(topic);
    }

    /** Whether it was decided here, and the others have not heard of it. */
    boolean isUntold(Topic topic) {
        return untold.contains(topic);
    }

    int untold() {
        return untold.size();
    }
}
