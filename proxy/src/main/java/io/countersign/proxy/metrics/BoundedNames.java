package io.countersign.proxy.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Label values of which there may be ever more (rules of lists that are edited): past the limit all are {@code other}. */
final class BoundedNames {
    static final String OTHER = "other";

    private final int max;
    private final Set<String> names = ConcurrentHashMap.newKeySet();

    BoundedNames(int max) {
        this.max = max;
    }

    String admit(String name) {
        if (names.contains(name)) {
            return name;
        }
        synchronized (this) {
            return (names.size() < max && names.add(name)) || names.contains(name) ? name : OTHER;
        }
    }
}
