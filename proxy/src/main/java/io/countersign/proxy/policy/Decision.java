package io.countersign.proxy.policy;

/** What a policy says of a request. */
public sealed interface Decision {
    /** A statement allows it and none denies it. */
    record Allow(StatementName by) implements Decision {
        @Override
        public String toString() {
            return "allow";
        }
    }

    /** A statement denies it, whatever others allow. */
    record ExplicitDeny(StatementName by) implements Decision {
        @Override
        public String toString() {
            return "explicit-deny";
        }
    }

    /** No statement matches it: at AWS, a denial unless IAM allows it within the same account. */
    record ImplicitDeny() implements Decision {
        @Override
        public String toString() {
            return "implicit-deny";
        }
    }
}
