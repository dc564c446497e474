package io.countersign.proxy.caller;

import java.util.Locale;

/**
 * Who a caller has shown to be, by something that only it has.
 *
 * @param name within its kind, such as a token's name or {@code payments/agent}; safe to log
 */
public record Identity(Kind kind, String name) {
    /** How it was shown. */
    public enum Kind {
        /** By a token that an operator made. */
        TOKEN,
        /** By a token of a Kubernetes service account. */
        SERVICE_ACCOUNT;

        /** As in logs and metrics. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** As in logs: {@code token:payments}. */
    @Override
    public String toString() {
        return kind.label() + ":" + name;
    }
}
