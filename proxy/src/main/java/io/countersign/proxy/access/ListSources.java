package io.countersign.proxy.access;

import io.countersign.proxy.net.Cidr;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where the entries of one list were written. An entry keeps a position alone, a number that counts the lines of all files of
 * the list in the order in which they were read, and each setting as one line. A file that includes others has a part before
 * and after each.
 */
final class ListSources {
    /** The first line of a part that is a setting. */
    private static final int SETTING = 0;

    private final List<String> names = new ArrayList<>();
    private final List<Optional<ListPart>> files = new ArrayList<>();
    private int[] firsts = new int[4];
    private int[] lines = new int[4];
    private int next;
    private final List<Path> named = new ArrayList<>();
    private final KeptComments kept = new KeptComments();

    /** A file that a setting names, not another file. */
    void named(Path file) {
        named.add(file);
    }

    List<Path> named() {
        return List.copyOf(named);
    }

    /** Begins a file, or its rest after an include; its lines take the positions from the one that is returned on. */
    int file(ListPart file, int line) {
        return begin(file.name(), Optional.of(file), line);
    }

    /** Returns the position of an entry that was written as a setting. */
    int setting(String name) {
        int position = begin(name, Optional.empty(), SETTING);
        next = position + 1;
        return position;
    }

    private int begin(String name, Optional<ListPart> file, int line) {
        if (names.size() == firsts.length) {
            firsts = Arrays.copyOf(firsts, firsts.length * 2);
            lines = Arrays.copyOf(lines, lines.length * 2);
        }
        firsts[names.size()] = next;
        lines[names.size()] = line;
        names.add(name);
        files.add(file);
        return next;
    }

    /** The part that was begun last has so many lines. Returns false when there are more than can be counted. */
    boolean ended(int count) {
        next += count;
        return next < V4Table.MAX_POSITIONS;
    }

    /** As {@code deny.list:3} or {@code access.deny[0]}. */
    String text(int position) {
        int part = part(position);
        return lines[part] == SETTING ? names.get(part) : names.get(part) + ":" + line(part, position);
    }

    /** The file or setting alone. */
    String name(int position) {
        return names.get(part(position));
    }

    /** Hears of all entries of files that have a comment. */
    KeptComments kept() {
        return kept;
    }

    /** The comment on the line of {@code entry}; empty where there is none. */
    String comment(int position, Cidr entry) {
        int part = part(position);
        Optional<ListPart> file = files.get(part);
        Optional<String> known = file.filter(each -> each instanceof ListFile).flatMap(each -> kept.of(position));
        return known.or(() -> file.map(each -> each.comment(line(part, position), entry)))
                .orElse("");
    }

    private int line(int part, int position) {
        return position - firsts[part] + lines[part];
    }

    private int part(int position) {
        int found = Arrays.binarySearch(firsts, 0, names.size(), position);
        int at = found < 0 ? -found - 2 : found;
        while (at + 1 < names.size() && firsts[at + 1] == position) {
            // Empty files take no position: the last that begins here is the one.
            at++;
        }
        return at;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ListSources sources
                && names.equals(sources.names)
                && Arrays.equals(firsts, 0, names.size(), sources.firsts, 0, names.size())
                && Arrays.equals(lines, 0, names.size(), sources.lines, 0, names.size());
    }

    @Override
    public int hashCode() {
        return names.hashCode();
    }
}
