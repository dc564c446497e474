package io.countersign.proxy.access;

import io.countersign.proxy.net.Cidr;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.BiConsumer;

/**
 * Gathers the entries of one list from files, read line by line and never held as a whole, and from settings.
 *
 * <p>A list with any fault must not be used, since a list read in part is another list. Not thread-safe.
 */
public final class IpListBuilder {
    private static final int PREFIX_SHIFT = 32;

    private final ListRoom room;
    private final BiConsumer<String, String> faults;
    private final ListSources sources = new ListSources();
    private final NumberColumn v4 = new NumberColumn();
    private final NumberColumn high = new NumberColumn();
    private final NumberColumn low = new NumberColumn();
    /** Prefix length and position. */
    private final NumberColumn rest = new NumberColumn();

    /**
     * Begins an empty list.
     *
     * @param room shared with other lists; once it is used up, entries are counted and not kept
     * @param faults gets the place and the fault of each entry that cannot be read, every one of them
     */
    public IpListBuilder(ListRoom room, BiConsumer<String, String> faults) {
        this.room = room;
        this.faults = faults;
    }

    /**
     * Reads a file: one address or range a line, {@code #} comments. A byte order mark and CRLF line ends are tolerated, as
     * editors on Windows write them. <em>Borrows</em> the stream.
     *
     * @param source how the operator named the file
     */
    public void read(String source, InputStream in) throws IOException {
        int first = sources.file(source);
        ListLines lines = new ListLines(in);
        while (lines.next()) {
            if (lines.number() > V4Table.MAX_POSITIONS - first) {
                break;
            }
            int position = first + lines.number() - 1;
            if (lines.isTooLong()) {
                faults.accept(
                        source + ":" + lines.number(),
                        lines.quoted() + " is longer than any address or network; write one a line");
            } else if (!addPlainV4(lines, position)) {
                String text = lines.text();
                if (!text.isEmpty()) {
                    add(source + ":" + lines.number(), text, position);
                }
            }
        }
        if (!sources.ended(lines.number())) {
            faults.accept(source, "brings the list to more than " + V4Table.MAX_POSITIONS + " lines; shorten it");
        }
    }

    /** Takes one entry that was written as a setting. */
    public void add(String source, String entry) {
        add(source, entry, sources.setting(source));
    }

    private void add(String where, String text, int position) {
        try {
            add(Cidr.parse(text), position);
        } catch (IllegalArgumentException e) {
            faults.accept(where, e.getMessage());
        }
    }

    private void add(Cidr cidr, int position) {
        if (!room.take(cidr.v4())) {
            return;
        }
        if (cidr.v4()) {
            v4.add(V4Table.key(cidr.network().low(), cidr.prefix(), position));
        } else {
            high.add(cidr.network().high());
            low.add(cidr.network().low());
            rest.add((long) cidr.prefix() << PREFIX_SHIFT | position);
        }
    }

    /** Most lines are four plain numbers, which need no text; whatever else there is goes the long way, with its faults. */
    private boolean addPlainV4(ListLines lines, int position) {
        long address = lines.plainV4();
        if (address < 0) {
            return false;
        }
        if (room.take(true)) {
            v4.add(V4Table.key(address, 32, position));
        }
        return true;
    }

    /** Compiles what was gathered, which is gone from here then. */
    public IpList build() {
        long[] packed = rest.drain();
        byte[] prefix = new byte[packed.length];
        int[] position = new int[packed.length];
        for (int i = 0; i < packed.length; i++) {
            prefix[i] = (byte) (packed[i] >>> PREFIX_SHIFT);
            position[i] = (int) packed[i];
        }
        return new IpList(V4Table.of(v4.drain()), V6Table.of(high.drain(), low.drain(), prefix, position), sources);
    }
}
