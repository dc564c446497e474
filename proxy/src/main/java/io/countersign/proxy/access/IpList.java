package io.countersign.proxy.access;

import io.countersign.proxy.net.Cidr;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One list of addresses and ranges, compiled; immutable, and safe from any thread. {@link IpListBuilder} makes it. */
public final class IpList {
    private final V4Table v4;
    private final V6Table v6;
    private final ListSources sources;

    IpList(V4Table v4, V6Table v6, ListSources sources) {
        this.v4 = v4;
        this.v6 = v6;
        this.sources = sources;
    }

    /** A list that holds nothing. */
    public static IpList empty() {
        return new IpListBuilder(new ListRoom(0), (where, what) -> {}).build();
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

    /** The entry that holds all of {@code cidr}, the narrowest if there are several; null when there is none. */
    ListEntry covering(Cidr cidr) {
        RangeTable table = table(cidr.v4());
        int index = table.covering(cidr);
        return index == RangeTable.NONE ? null : entry(table, index);
    }

    RangeTable table(boolean isV4) {
        return isV4 ? v4 : v6;
    }

    /** The rule as written but for its spelling: the entry is shown as it acts. */
    Rule rule(boolean isV4, int index) {
        return entry(table(isV4), index).rule();
    }

    private ListEntry entry(RangeTable table, int index) {
        Cidr cidr = table.cidr(index);
        return new ListEntry(cidr, new Rule(sources.text(table.position(index)), cidr.toString()));
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
