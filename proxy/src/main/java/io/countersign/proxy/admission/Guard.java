package io.countersign.proxy.admission;

import io.countersign.proxy.access.Rule;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.route.Route;

/**
 * Judges requests beside the checks that every request passes: the seam for whatever knows more about callers than their
 * addresses. It belongs to one configuration, and is replaced with it. Asked on event loops, several at once: a guard must not
 * block, and is safe from any thread.
 *
 * <p>The questions come in this order; a refusal ends it.
 */
public interface Guard {
    /** What a guard says. */
    sealed interface Ruling {
        /** The request may go on, on these terms. */
        record Pass(Terms terms) implements Ruling {}

        /** The request gets this response. */
        record Refuse(LocalResponse response) implements Ruling {}
    }

    /** What a guard says at last. */
    sealed interface Entry {
        /** Nothing was set aside for the request. */
        Entry FREE = new Granted(Lease.NONE);

        /** The request goes upstream; the lease ends when nothing more is done for it. */
        record Granted(Lease lease) implements Entry {}

        /** The request gets this response. */
        record Refuse(LocalResponse response) implements Entry {}
    }

    /** What a guard says of a caller that no list names. */
    sealed interface Unlisted {
        /** Nothing: it is denied, as anywhere. */
        Unlisted NOT_KNOWN = new NotKnown();

        /** The guard has no say in it. */
        record NotKnown() implements Unlisted {}

        /** It may go on by this rule, as if a list named it. */
        record Let(Rule by) implements Unlisted {}

        /** The request gets this response in place of the usual one. */
        record Refuse(LocalResponse response) implements Unlisted {}
    }

    /** Judges a request with a sound head, before its route is looked for. The terms may say who the caller is. */
    default Ruling judge(Caller caller, Head head) {
        return new Ruling.Pass(Terms.OF_THE_ROUTE);
    }

    /**
     * Asked next of a caller that is on no list, where {@link io.countersign.proxy.access.UnlistedCallers#ASK}; never of one that a deny
     * entry names.
     *
     * @param caller with what the guards have said of it
     */
    default Unlisted unlisted(Caller caller, Head head) {
        return Unlisted.NOT_KNOWN;
    }

    /**
     * Judges the same request once its route is known; not asked for a request that no route takes. Terms that leave the route out
     * refuse the request as if there were none.
     *
     * @param caller with what the guards have said of it
     */
    default Ruling judge(Caller caller, Head head, Route route) {
        return new Ruling.Pass(Terms.OF_THE_ROUTE);
    }

    /**
     * The same for requests that nobody sends, of which people want to know what would become: it says what this one would, and keeps
     * nothing of them, counts nothing and sets nothing aside.
     */
    default Guard forTrials() {
        return this;
    }

    /**
     * Asked once nothing else speaks against the request: the place to count it, and to hold it to a limit.
     *
     * @param caller with what the guards have said of it
     * @param route on the terms of all guards
     */
    default Entry enter(Caller caller, Head head, Route route) {
        return Entry.FREE;
    }
}
