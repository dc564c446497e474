package io.countersign.proxy.access;

import io.countersign.proxy.net.Cidr;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The entries of a list that have no effect, and so were not kept: all of them counted, the first of them remembered. */
public final class LeftOut {
    private static final int MAX = 20;

    private final ListSources sources;
    private final List<ListEntry> expired = new ArrayList<>();
    private final List<Repeated> repeated = new ArrayList<>();
    private long expiredCount;
    private long repeatedCount;

    /** An entry that was written more than once, and the one that is kept. */
    public record Repeated(ListEntry entry, Rule kept) {}

    LeftOut(ListSources sources) {
        this.sources = sources;
    }

    void addExpired(Cidr cidr, int position, Instant until) {
        if (++expiredCount <= MAX) {
            expired.add(entry(cidr, position, Optional.of(until)));
        }
    }

    void addRepeated(Cidr cidr, int position, int kept) {
        if (++repeatedCount <= MAX) {
            repeated.add(new Repeated(
                    entry(cidr, position, Optional.empty()), new Rule(sources.text(kept), cidr.toString())));
        }
    }

    private ListEntry entry(Cidr cidr, int position, Optional<Instant> until) {
        return new ListEntry(cidr, new Rule(sources.text(position), cidr.toString()), until);
    }

    /** Entries that had ended when the list was read. */
    public long expiredCount() {
        return expiredCount;
    }

    /** The first of them. */
    public List<ListEntry> expired() {
        return List.copyOf(expired);
    }

    /** Entries of a range that is kept from another line. */
    public long repeatedCount() {
        return repeatedCount;
    }

    /** The first of them. */
    public List<Repeated> repeated() {
        return List.copyOf(repeated);
    }
}
