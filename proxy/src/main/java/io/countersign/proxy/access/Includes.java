package io.countersign.proxy.access;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Follows the {@code include} lines of one list, to a bounded depth and number of files. A file that was read before adds nothing
 * and is not read again; one that includes itself, by whatever way, is a fault.
 */
final class Includes {
    static final int MAX_DEPTH = 8;
    static final int MAX_FILES = 256;

    private static final Pattern LINE = Pattern.compile("include\\s+(?:\"([^\"]+)\"|([^\"\\s]+))");

    /** Takes what one file holds. */
    interface Taker {
        void take(ListFile file, InputStream in) throws IOException;
    }

    private final ListFiles files;
    private final BiConsumer<String, String> faults;
    private final Taker taker;
    private final Set<Path> read = new HashSet<>();
    /** The file that is being read last, those that include it before it. */
    private final Deque<ListFile> open = new ArrayDeque<>();

    Includes(ListFiles files, BiConsumer<String, String> faults, Taker taker) {
        this.files = files;
        this.faults = faults;
        this.taker = taker;
    }

    /** The file that a line includes; empty for a line that includes none. */
    static Optional<String> name(String line) {
        if (!line.startsWith("include")) {
            return Optional.empty();
        }
        Matcher included = LINE.matcher(line);
        return included.matches()
                ? Optional.of(included.group(1) != null ? included.group(1) : included.group(2))
                : Optional.empty();
    }

    /** Reads a file that a setting names. */
    void first(String name, Path file, String where) {
        read(new ListFile(name, file.toAbsolutePath().normalize()), where);
    }

    /** Reads a file that {@code includer} names, relative to itself. */
    void include(String name, ListFile includer, String where) {
        try {
            Path shown = Path.of(includer.name()).resolveSibling(name).normalize();
            Path file = includer.path().resolveSibling(name).normalize();
            read(new ListFile(shown.toString(), file), where);
        } catch (InvalidPathException e) {
            faults.accept(where, "includes what can't be a file's name");
        }
    }

    private void read(ListFile file, String where) {
        if (open.stream().anyMatch(outer -> outer.path().equals(file.path()))) {
            faults.accept(where, "includes itself: " + chain(file) + "; take one of these includes out");
        } else if (open.size() > MAX_DEPTH) {
            faults.accept(
                    where,
                    "is more than " + MAX_DEPTH + " includes deep: " + chain(file) + "; include the file further out");
        } else if (read.contains(file.path())) {
            return;
        } else if (read.size() == MAX_FILES) {
            faults.accept(where, "brings the list to more than " + MAX_FILES + " files; put several into one");
        } else {
            read.add(file.path());
            open.addLast(file);
            files.open(file.path(), where, in -> taker.take(file, in));
            open.removeLast();
        }
    }

    private String chain(ListFile last) {
        StringBuilder chain = new StringBuilder();
        for (Iterator<ListFile> files = open.iterator(); files.hasNext(); ) {
            chain.append(files.next().name()).append(" -> ");
        }
        return chain.append(last.name()).toString();
    }
}
