package io.countersign.proxy.admission;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.route.Route;

/**
 * Judges requests beside the checks that every request passes: the seam for whatever knows more about callers than their
 * addresses. Asked on event loops, several at once: a guard must not block, and is safe from any thread.
 */
public interface Guard {
    /** What a guard says. */
    sealed interface Ruling {
        /** The request may go on, on these terms. */
        record Pass(Terms terms) implements Ruling {}

        /** The request gets this response. */
        record Refuse(LocalResponse response) implements Ruling {}
    }

    /** Judges a request with a sound head, before its route is looked for. */
    default Ruling judge(Caller caller, Head head) {
        return new Ruling.Pass(Terms.OF_THE_ROUTE);
    }

    /**
     * Judges the same request once its route is known; not asked for a request that no route takes. Terms that leave the route out
     * refuse the request as if there were none.
     */
    default Ruling judge(Caller caller, Head head, Route route) {
        return new Ruling.Pass(Terms.OF_THE_ROUTE);
    }
}
