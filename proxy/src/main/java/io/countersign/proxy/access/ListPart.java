package io.countersign.proxy.access;

import io.countersign.proxy.net.Cidr;

/** Lines of a list that have one name. */
sealed interface ListPart permits ListFile, FetchedPart {
    /** As verdicts and messages show it. */
    String name();

    /** Where its lines are. */
    LineIndex index();

    /** The comment on a line, without its mark and blanks; empty where it has none. */
    String comment(int line, Cidr entry);

    /** As {@code deny.list:3}. */
    default String place(int line) {
        return name() + ":" + line;
    }
}
