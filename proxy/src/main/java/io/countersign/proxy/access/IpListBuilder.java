package io.countersign.proxy.access;

import io.countersign.proxy.config.Until;
import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.secrets.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Gathers the entries of one list from files, read line by line and never held as a whole, and from settings. An entry that
 * has ended is counted and not kept.
 *
 * <p>A list with any fault must not be used, since a list read in part is another list. Not thread-safe.
 */
public final class IpListBuilder {
    private static final int PREFIX_SHIFT = 32;

    private final ListRoom room;
    private final BiConsumer<String, String> faults;
    private final Includes includes;
    private final Untils untils;
    private final ListSources sources = new ListSources();
    private final LeftOut leftOut = new LeftOut(sources);
    private final Expiries expiries = new Expiries();
    private final NumberColumn v4 = new NumberColumn();
    private final NumberColumn high = new NumberColumn();
    private final NumberColumn low = new NumberColumn();
    /** Prefix length and position. */
    private final NumberColumn rest = new NumberColumn();

    /**
     * Begins an empty list.
     *
     * @param room shared with other lists; once it is used up, entries are counted and not kept
     * @param clock says what has ended
     * @param files opens the list's files
     * @param faults gets the place and the fault of each entry that cannot be read, every one of them
     */
    public IpListBuilder(ListRoom room, Clock clock, ListFiles files, BiConsumer<String, String> faults) {
        this.room = room;
        this.faults = faults;
        this.untils = new Untils(clock.instant());
        this.includes = new Includes(files, faults, this::read);
    }

    /**
     * Reads a file: one address or range a line, or {@code include} and another file; {@code #} comments. A byte order mark
     * and CRLF line ends are tolerated, as editors on Windows write them.
     *
     * @param name how the operator named the file
     * @param where what names it
     */
    public void read(String name, Path file, String where) {
        sources.named(file);
        includes.first(name, file, where);
    }

    /**
     * Takes a list that was fetched.
     *
     * @param name as it is to be shown
     */
    public void read(String name, ListText text) {
        if (!room.takeText(text.size())) {
            return;
        }
        try (InputStream in = text.open()) {
            read(new FetchedPart(name, text, new LineIndex()), in);
        } catch (IOException e) {
            throw new UncheckedIOException("memory can be read", e);
        }
    }

    /** Reads one file; <em>borrows</em> the stream. */
    void read(ListPart file, InputStream in) throws IOException {
        ListLines lines = new ListLines(in);
        int first = sources.file(file, 1);
        int before = 0;
        while (lines.next()) {
            if (lines.number() - before > V4Table.MAX_POSITIONS - first) {
                break;
            }
            file.index().add(lines.number(), lines.start());
            int position = first + lines.number() - before - 1;
            Optional<String> included = Optional.empty();
            if (lines.isTooLong()) {
                faults.accept(
                        file.place(lines.number()),
                        lines.quoted() + " is longer than any address or network; write one a line");
            } else if (!addPlainV4(lines, position)) {
                included = addOther(file, lines, position);
            }
            if (file instanceof ListFile && lines.isCommentedEntry()) {
                sources.kept().add(position, lines);
            }
            if (included.isPresent()) {
                sources.ended(lines.number() - before);
                include(included.get(), file, file.place(lines.number()));
                before = lines.number();
                first = sources.file(file, before + 1);
            }
        }
        if (!sources.ended(lines.number() - before)) {
            faults.accept(file.name(), "brings the list to more than " + V4Table.MAX_POSITIONS + " lines; shorten it");
        }
    }

    /** A list from elsewhere must not choose which of this machine's files are read. */
    private void include(String name, ListPart includer, String where) {
        if (RemoteList.isRemote(name)) {
            faults.accept(
                    where,
                    "includes a list that would have to be fetched; name it in access.allow-files or deny-files");
        } else if (includer instanceof ListFile file) {
            includes.include(name, file, where);
        } else {
            faults.accept(
                    where, "includes a file, which a list that is fetched must not; name that file in the settings");
        }
    }

    /** Takes a line that is not just four numbers; returns the file that it includes, if any. */
    private Optional<String> addOther(ListPart file, ListLines lines, int position) {
        String text = lines.text();
        Optional<String> included = Includes.name(text);
        if (included.isPresent()) {
            if (lines.until().isPresent()) {
                faults.accept(
                        file.place(lines.number()),
                        "an include has no expiry; write it on the entries of the included file");
            }
        } else if (!text.isEmpty()) {
            add(file.place(lines.number()), text, lines.until(), position);
        }
        return included;
    }

    /** Takes one entry that was written as a setting. */
    public void add(String source, String entry) {
        add(source, entry, Optional.empty(), sources.setting(source));
    }

    private void add(String where, String text, Optional<String> until, int position) {
        try {
            Cidr cidr = Cidr.parse(text);
            if (until.isEmpty()) {
                add(cidr, position);
            } else {
                add(cidr, untils.parse(until.get()), position);
            }
        } catch (IllegalArgumentException e) {
            faults.accept(where, e.getMessage());
        }
    }

    private void add(Cidr cidr, Instant until, int position) {
        if (untils.hasEnded(until)) {
            leftOut.addExpired(cidr, position, until);
        } else if (room.takeExpiry()) {
            expiries.add(position, Expiry.seconds(until));
            add(cidr, position);
        } else {
            room.take(cidr.v4());
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
        if (address < 0 || lines.until().isPresent()) {
            return false;
        }
        if (room.take(true)) {
            v4.add(V4Table.key(address, 32, position));
        }
        return true;
    }

    /** Compiles what was gathered, which is gone from here then. */
    public IpList build() {
        expiries.end();
        long[] packed = rest.drain();
        byte[] prefix = new byte[packed.length];
        int[] position = new int[packed.length];
        for (int i = 0; i < packed.length; i++) {
            prefix[i] = (byte) (packed[i] >>> PREFIX_SHIFT);
            position[i] = (int) packed[i];
        }
        return new IpList(
                V4Table.of(v4.drain(), expiries, leftOut::addRepeated),
                V6Table.of(high.drain(), low.drain(), prefix, position, expiries, leftOut::addRepeated),
                sources,
                leftOut);
    }

    /** Parses expiries: many entries of a list have the same one, so that the last is kept. */
    private static final class Untils {
        private final Instant now;
        private String lastText = "";
        private Instant last = Instant.EPOCH;

        Untils(Instant now) {
            this.now = now;
        }

        Instant parse(String text) {
            if (text.isEmpty() || !text.equals(lastText)) {
                try {
                    last = Until.time(text);
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(
                            "the comment's word \"until\" must be followed by a date or time and" + " no more: "
                                    + (text.isEmpty() ? Quoted.of(text) + " is none" : e.getMessage()),
                            e);
                }
                lastText = text;
            }
            return last;
        }

        boolean hasEnded(Instant until) {
            return !now.isBefore(until);
        }
    }
}
