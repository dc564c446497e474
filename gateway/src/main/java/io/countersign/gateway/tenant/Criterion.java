package io.countersign.gateway.tenant;

import io.countersign.proxy.caller.Caller;
import java.util.Optional;

/** Which callers a tenant has, by one kind of what is known of them. Any of its values suffices. */
sealed interface Criterion
        permits IdentityCriterion, CertificateCriterion, UserCriterion, AddressCriterion, ListenerCriterion {
    /** What it goes by: a request has one of each kind at most. */
    enum Kind {
        /** A token or a service account: a request shows one of them. */
        IDENTITY("tokens or service-accounts"),
        CERTIFICATE("certificates"),
        USER("users"),
        ADDRESS("addresses"),
        LISTENER("listeners");

        private final String keys;

        Kind(String keys) {
            this.keys = keys;
        }

        /** The settings that have it, for a message. */
        String keys() {
            return keys;
        }
    }

    Kind kind();

    /** The settings that it was read from, for a message. */
    default String keys() {
        return kind().keys();
    }

    /** Whether the caller is one of those. */
    boolean fits(Caller caller);

    /** What can be seen to be in both; empty when there is nothing, or the other is of another kind. */
    Optional<Common> common(Criterion other);

    /**
     * What two criteria of one kind have in common.
     *
     * @param what as written, for a message
     * @param certain whether there are such callers for all that is known; otherwise there may be
     */
    record Common(String what, boolean certain) {
        static Common certainly(String what) {
            return new Common(what, true);
        }
    }
}
