package io.countersign.proxy.access;

import io.countersign.proxy.caller.Caller;
import java.util.Optional;

/** Rules of one kind: of what they judge a caller by. {@link CallerRules} has all kinds, and says how they combine. */
interface KindRules {
    /** Whether they say who may call, so that whoever they don't name is denied. */
    boolean choosesCallers();

    /** Empty when the caller has nothing that this kind goes by. */
    Optional<Verdict> judge(Caller caller);
}
