package io.countersign.proxy.access;

import java.util.Optional;

/** The lists that were fetched. Safe from any thread. */
@FunctionalInterface
public interface ListCopies {
    /** Of a program that fetches none. */
    ListCopies NONE = list -> Optional.empty();

    /** What was fetched last and may be used; empty before the first time. */
    Optional<ListText> of(RemoteList list);
}
