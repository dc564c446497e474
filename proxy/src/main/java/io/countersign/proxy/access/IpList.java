package io.countersign.proxy.access;

import io.countersign.proxy.net.Cidr;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One list of addresses and ranges, compiled; immutable, and safe from any thread. {@link IpListBuilder} makes it. */
public final class IpList {
    private final V4Table v4;
    private final V6Table v6;
    private final ListSources sources;
    private final LeftOut leftOut;

    IpList(V4Table v4, V6Table v6, ListSources sources, LeftOut leftOut) {
        this.v4 = v4;
        this.v6 = v6;
        this.sources = sources;
        this.leftOut = leftOut;
    }

    /** A list that holds nothing. */
    public static IpList empty() {
        ListSources none = new ListSources();
        return new IpList(
                V4Table.of(new long[0], new Expiries(), (cidr, position, kept) -> {}),
                V6Table.of(
                        new long[0],
                        new long[0],
                        new byte[0],
                        new int[0],
                        new Expiries(),
                        (cidr, position, kept) -> {}),
                none,
                new LeftOut(none));
    }

    /** How many different entries there are. */
    public int size() {
        return v4.size() + v6.size();
    }

    public boolean isEmpty() {
        return size() == 0;
    }

    /** Every different entry, each made as it is asked for: IPv4 before IPv6, by address, outer ranges before inner ones. */
    public Stream<ListEntry> entries() {
        return Stream.concat(
                IntStream.range(0, v4.size()).mapToObj(i -> entry(v4, i)),
                IntStream.range(0, v6.size()).mapToObj(i -> entry(v6, i)));
    }

    /** The files that settings name, those that they include left out. */
    public List<Path> files() {
        return sources.named();
    }

    /** What of the list has no effect, by the time at which it was read. */
    public LeftOut leftOut() {
        return leftOut;
    }

    /** Entries that lie whole in a wider one, which lasts at least as long, and so change nothing; each with that one. */
    Stream<Covered> covered() {
        return Stream.of(v4, v6)
                .flatMap(table -> IntStream.range(0, table.size())
                        .mapToObj(i -> covered(table, i))
                        .flatMap(Optional::stream));
    }

    private Optional<Covered> covered(RangeTable table, int index) {
        long lasts = Expiry.lasts(table.until(index));
        int by = table.around(index);
        while (by != RangeTable.NONE && Expiry.lasts(table.until(by)) < lasts) {
            by = table.around(by);
        }
        return by == RangeTable.NONE
                ? Optional.empty()
                : Optional.of(new Covered(entry(table, index), rule(table, by)));
    }

    /** The entries of {@code other} that lie whole in one of this list that lasts at least as long; each with that one. */
    Stream<Covered> covers(IpList other) {
        return Stream.of(true, false)
                .flatMap(isV4 -> IntStream.range(0, other.table(isV4).size())
                        .mapToObj(i -> covers(table(isV4), other, other.table(isV4), i))
                        .flatMap(Optional::stream));
    }

    private Optional<Covered> covers(RangeTable ours, IpList other, RangeTable theirs, int index) {
        Cidr cidr = theirs.cidr(index);
        int by = ours.covering(cidr.network(), cidr.prefix(), theirs.until(index));
        return by == RangeTable.NONE
                ? Optional.empty()
                : Optional.of(new Covered(other.entry(theirs, index), rule(ours, by)));
    }

    /** The narrowest entry that holds all of another list's, and lasts at least as long. */
    Optional<Rule> holding(ListEntry entry) {
        return holding(entry, entry.cidr().prefix());
    }

    /** The narrowest entry that is wider than one of this list, holds all of it, and lasts at least as long. */
    Optional<Rule> wider(ListEntry entry) {
        return holding(entry, entry.cidr().prefix() - 1);
    }

    private Optional<Rule> holding(ListEntry entry, int prefix) {
        RangeTable table = table(entry.cidr().v4());
        int until = entry.until().map(Expiry::seconds).orElse(Expiry.NEVER);
        int by = table.covering(entry.cidr().network(), prefix, until);
        return by == RangeTable.NONE ? Optional.empty() : Optional.of(rule(table, by));
    }

    /** The entries that had not ended when the list was read, and have by now. */
    Stream<ListEntry> ended(Instant now) {
        return Stream.of(v4, v6)
                .filter(RangeTable::hasExpiries)
                .flatMap(table -> IntStream.range(0, table.size())
                        .filter(i -> Expiry.lasts(table.until(i)) <= now.getEpochSecond())
                        .mapToObj(i -> entry(table, i)));
    }

    RangeTable table(boolean isV4) {
        return isV4 ? v4 : v6;
    }

    /** The file or setting in which an entry was written. */
    String nameOf(int position) {
        return sources.name(position);
    }

    /** The rule as written but for its spelling: the entry is shown as it acts. */
    Rule rule(RangeTable table, int index) {
        return new ListedRule(sources, table, index);
    }

    private ListEntry entry(RangeTable table, int index) {
        int until = table.until(index);
        return new ListEntry(
                table.cidr(index),
                rule(table, index),
                until == Expiry.NEVER ? Optional.empty() : Optional.of(Instant.ofEpochSecond(Expiry.lasts(until))));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpList list && v4.equals(list.v4) && v6.equals(list.v6) && sources.equals(list.sources);
    }

    @Override
    public int hashCode() {
        return 31 * v4.hashCode() + v6.hashCode();
    }

    @Override
    public String toString() {
        return size() + " entries";
    }
}
