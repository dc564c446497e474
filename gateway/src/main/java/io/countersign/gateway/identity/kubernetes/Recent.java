package io.countersign.gateway.identity.kubernetes;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What was found out about the tokens seen last; of too many, the one that was asked for longest ago is forgotten. */
final class Recent<K, V> {
    private static final float LOAD = 0.75f;

    private final Map<K, V> found;

    Recent(int max) {
        found = new LinkedHashMap<>(16, LOAD, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > max;
            }
        };
    }

    synchronized Optional<V> get(K key) {
        return Optional.ofNullable(found.get(key));
    }

    synchronized void put(K key, V value) {
        found.put(key, value);
    }

    synchronized void remove(K key) {
        found.remove(key);
    }
}
