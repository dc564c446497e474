package io.countersign.proxy.access;

import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.net.IpAddress;

/**
 * Finds the narrowest of many ranges around an address, without allocating, in a binary search of samples and one between two of them.
 *
 * <p>Two CIDR ranges are nested or disjoint, never crossing. So the ranges are kept by their first address, outer ones
 * before those inside them, each with the index of the next wider one around it: the last range that begins at or before an
 * address either holds it, or one of the ranges around that one does, or none. Of equal ranges the one that lasts longest is
 * kept, and of those the one that was written first. A range that has ended is passed over as if it were not there.
 *
 * <p>All is in arrays of numbers, since lists may be long and lie in memory twice while a new one is read.
 */
sealed interface RangeTable permits V4Table, V6Table {
    /** Not a range. */
    int NONE = -1;

    /** How many different ranges there are. */
    int size();

    /** The index of the narrowest range around an address, ended or not, or {@link #NONE}. */
    int innermost(long high, long low);

    /** The next wider range around this one, or {@link #NONE}. */
    int around(int index);

    int prefix(int index);

    /** The range itself, made anew. */
    Cidr cidr(int index);

    /** Where it was written, as a number that {@link ListSources} resolves. */
    int position(int index);

    /** Whether any range has an end. */
    boolean hasExpiries();

    /** When it ends, or {@link Expiry#NEVER}. */
    int until(int index);

    /**
     * The index of the narrowest range around an address that is in force, or {@link #NONE}.
     *
     * @param now seconds since 1970; any number where no range has an end
     */
    default int find(long high, long low, long now) {
        int index = innermost(high, low);
        if (hasExpiries()) {
            while (index != NONE && Expiry.lasts(until(index)) <= now) {
                index = around(index);
            }
        }
        return index;
    }

    /**
     * The narrowest range around an address that is at least as wide as {@code prefix} and lasts at least as long as {@code until},
     * or {@link #NONE}.
     */
    default int covering(IpAddress network, int prefix, int until) {
        int index = innermost(network.high(), network.low());
        while (index != NONE && (prefix(index) > prefix || Expiry.lasts(until(index)) < Expiry.lasts(until))) {
            index = around(index);
        }
        return index;
    }

    /** Hears of each range that is left out since an equal one is kept. */
    interface Repeated {
        void leftOut(Cidr cidr, int position, int kept);
    }
}
