package io.countersign.standin.verify;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The keys that the stand-in knows just now; may be changed while requests are verified. */
public final class Credentials {
    private final CopyOnWriteArrayList<Credential> known;

    public Credentials(Collection<Credential> initial) {
        known = new CopyOnWriteArrayList<>(initial);
    }

    public List<Credential> all() {
        return List.copyOf(known);
    }

    /** All with this access key: one key may have been handed out with several tokens. */
    List<Credential> withAccessKey(String accessKey) {
        return known.stream().filter(c -> c.accessKey().equals(accessKey)).toList();
    }

    /** Adds one; an older one with the same key and token gives way. */
    public synchronized void add(Credential credential) {
        known.removeIf(
                c -> c.accessKey().equals(credential.accessKey()) && c.token().equals(credential.token()));
        known.add(credential);
    }

    /** Forgets all others. */
    public synchronized void replaceAll(Credential credential) {
        known.addIfAbsent(credential);
        known.removeIf(c -> !c.equals(credential));
    }

    /** Lets all with this access key expire at {@code at}; says whether there was one. */
    public synchronized boolean expire(String accessKey, Instant at) {
        known.replaceAll(c -> c.accessKey().equals(accessKey) ? c.expiring(at) : c);
        return !withAccessKey(accessKey).isEmpty();
    }

    public synchronized boolean remove(String accessKey) {
        return known.removeIf(c -> c.accessKey().equals(accessKey));
    }
}
