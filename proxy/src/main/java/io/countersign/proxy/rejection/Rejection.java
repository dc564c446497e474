package io.countersign.proxy.rejection;

/**
 * A response by which AWS refuses the request before the backend saw it.
 *
 * @param cause what it comes down to
 * @param errorType AWS's error type, without namespace and suffix; empty when it sent none
 * @param message AWS's message with every secret masked, then cut: one line, at most 300 characters
 * @param workings what AWS computed, where it sent that back
 */
public record Rejection(Cause cause, String errorType, String message, Workings workings) {

    public Rejection(Cause cause, String errorType, String message) {
        this(cause, errorType, message, Workings.NONE);
    }

    /** What is worth doing about a rejection before the agent hears of it. */
    public enum Remedy {
        /** Fetch other credentials, sign again, send again. */
        REFRESH,
        /** Correct the clock from the response's Date, sign again, send again. */
        CORRECT_CLOCK,
        /** Sign and send once more. */
        RESIGN,
        /**
         * Fetch other credentials for the requests to come, but do not send this one again: it can't be ruled out that
         * the backend has seen it. Answered 503 unless the route relays.
         */
        REFRESH_ONLY,
        /** Nothing that we could do; answered 503 unless the route relays. */
        NONE,
        /** A firewall, an API key or an endpoint's policy refused: answered 503 like the others, else in its own words. */
        GUARD,
        /** An authorizer of the API's owner refused the caller: the answer is the caller's to see. */
        RELAY;

        /** Whether another try may pass without anybody doing anything. */
        public boolean mends() {
            return this == REFRESH || this == CORRECT_CLOCK || this == RESIGN || this == REFRESH_ONLY;
        }
    }

    /** The causes, by the names used in logs and metrics. */
    public enum Cause {
        EXPIRED_TOKEN("expired_token", Remedy.REFRESH),
        INVALID_TOKEN("invalid_token", Remedy.REFRESH),
        UNKNOWN_KEY("unknown_key", Remedy.REFRESH),
        CLOCK_SKEW("clock_skew", Remedy.CORRECT_CLOCK),
        SIGNATURE_MISMATCH("signature_mismatch", Remedy.RESIGN),
        WRONG_SCOPE("wrong_scope", Remedy.NONE),
        INCOMPLETE_SIGNATURE("incomplete_signature", Remedy.NONE),
        MISSING_AUTHENTICATION("missing_authentication", Remedy.NONE),
        PERMISSION("permission", Remedy.NONE),
        BARE_FORBIDDEN("bare_forbidden", Remedy.REFRESH_ONLY),
        FORBIDDEN("forbidden", Remedy.GUARD),
        AUTHORIZER("authorizer", Remedy.RELAY);

        private final String label;
        private final Remedy remedy;

        Cause(String label, Remedy remedy) {
            this.label = label;
            this.remedy = remedy;
        }

        public String label() {
            return label;
        }

        public Remedy remedy() {
            return remedy;
        }
    }
}
