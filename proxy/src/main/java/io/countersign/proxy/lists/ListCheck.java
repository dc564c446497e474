package io.countersign.proxy.lists;

import io.countersign.proxy.access.IpList;
import io.countersign.proxy.access.IpListBuilder;
import io.countersign.proxy.access.ListRoom;
import io.countersign.proxy.access.ListText;
import io.countersign.proxy.access.RemoteList;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Reads a list on trial, before it takes the place of the one that is there. */
final class ListCheck {
    private static final int SHOWN = 3;

    /** Whoever names the wrong parameter has it decrypted. */
    private static final String HIDDEN =
            "is not an entry of a list; it is not shown, since a parameter may be a secret";

    private ListCheck() {}

    /**
     * What was read.
     *
     * @param entries different ones, those that have ended among them
     * @param faults the first of them, each with its line; empty: the list can be used
     */
    record Result(long entries, List<String> faults) {}

    /**
     * Reads it.
     *
     * @param room bytes, as the list will have them
     */
    static Result of(RemoteList list, ListText text, long room, Clock clock) {
        boolean maySayWhat = list.kind() != RemoteList.Kind.SSM;
        List<String> faults = new ArrayList<>();
        int[] more = {0};
        ListRoom bytes = new ListRoom(room);
        IpListBuilder builder = new IpListBuilder(bytes, clock, (file, where, reader) -> {}, (where, what) -> {
            if (faults.size() < SHOWN) {
                faults.add(where + ": " + (maySayWhat ? what : HIDDEN));
            } else {
                more[0]++;
            }
        });
        builder.read(list.shown(), text);
        IpList built = builder.build();
        if (more[0] > 0) {
            faults.add("and " + more[0] + " more errors like these");
        }
        if (!bytes.fits()) {
            faults.add("the list has " + bytes + "; shorten it, or raise limits.lists");
        }
        return new Result(built.size() + built.leftOut().expiredCount(), faults);
    }
}
