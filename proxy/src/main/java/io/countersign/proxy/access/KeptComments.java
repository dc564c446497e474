package io.countersign.proxy.access;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The first comments of a list, by the positions of their entries. Decisions are made on event loops, which must not wait for a disk:
 * so only a list with more comments than anybody has read has some of them read back from its file.
 */
final class KeptComments {
    /** With 200 characters each, half a megabyte at most. */
    static final int MAX = 1000;

    private final Map<Integer, String> comments = new HashMap<>();
    private boolean some;

    /** Hears of an entry with a comment. */
    void add(int position, ListLines line) {
        if (comments.size() < MAX) {
            comments.put(position, line.comment());
        } else {
            some = true;
        }
    }

    /** That of an entry, which may be an empty one; empty where it is not known whether there is one. */
    Optional<String> of(int position) {
        String comment = comments.get(position);
        return comment == null && some ? Optional.empty() : Optional.of(comment == null ? "" : comment);
    }
}
