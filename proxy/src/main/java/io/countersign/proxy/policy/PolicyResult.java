package io.countersign.proxy.policy;

import java.util.List;

/** What became of reading a policy. */
public sealed interface PolicyResult {
    /** It can be used, whole. */
    record Read(PolicyDocument document) implements PolicyResult {}

    /** It must not be used: a policy without the statement that has a fault is another policy. */
    record Bad(List<PolicyFault> faults) implements PolicyResult {
        public Bad {
            faults = List.copyOf(faults);
        }
    }
}
