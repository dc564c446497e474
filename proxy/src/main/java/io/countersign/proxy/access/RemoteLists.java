package io.countersign.proxy.access;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The lists that come from elsewhere, and how they are fetched.
 *
 * @param lists each once, in the order in which they are named
 * @param missing those of them that were never fetched: the rules lack their entries, and must not be used
 * @param poll how often each is asked for
 * @param allowShrink whether a list is taken that is empty, or has lost more than half of its entries
 * @param reach how their servers are reached
 * @param room bytes that the text of a list may have
 */
public record RemoteLists(
        List<RemoteList> lists, List<Missing> missing, Duration poll, boolean allowShrink, Reach reach, long room) {

    /** @param where the setting that names it, for a message */
    public record Missing(RemoteList list, String where) {}

    /**
     * How servers are reached.
     *
     * @param region of S3 and Systems Manager; empty where neither is asked
     * @param ca PEM file with authorities trusted on top of the JDK's own
     */
    public record Reach(Optional<String> region, Optional<Path> ca) {}

    public RemoteLists {
        lists = List.copyOf(lists);
        missing = List.copyOf(missing);
    }

    /** The room is left out: the first load has all that memory allows, and later ones what was settled by it. */
    @Override
    public boolean equals(Object other) {
        return other instanceof RemoteLists remote
                && lists.equals(remote.lists)
                && missing.equals(remote.missing)
                && poll.equals(remote.poll)
                && allowShrink == remote.allowShrink
                && reach.equals(remote.reach);
    }

    @Override
    public int hashCode() {
        return Objects.hash(lists, missing, poll, allowShrink, reach);
    }
}
