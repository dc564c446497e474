package io.countersign.proxy.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Label values of which there may be ever more (rules of lists that are edited): past the limit all are {@code other}. */
final class BoundedNames {
    static final String OTHER = "other";

    private final int most;
    private final Set<String> names = ConcurrentHashMap.newKeySet();

    BoundedNames(int most) {
        this.most = most;
    }

    String admit(String name) {
        if (names.contains(name)) {
            return name;
        }
        synchronized (this) {
            return (names.size() < most && names.add(name)) || names.contains(name) ? name : OTHER;
        }
    }
}
