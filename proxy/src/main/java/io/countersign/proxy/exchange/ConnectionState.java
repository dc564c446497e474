package io.countersign.proxy.exchange;

/** What a client connection is at, and what that may become. */
enum ConnectionState {
    /** Nothing is read yet. */
    ACCEPTED,
    /** Nothing of the next request has come. */
    AWAITING_HEAD,
    /** Some of the next request's head has come, and the rest has to come in time. */
    READING_HEAD,
    IN_EXCHANGE,
    /** The exchange is over, and the rest of its request is read and dropped. */
    DISCARDING,
    /** Nothing is served any more. */
    OVER;

    boolean mayBecome(ConnectionState next) {
        return switch (this) {
            case ACCEPTED -> next == AWAITING_HEAD || next == OVER;
            case AWAITING_HEAD -> next == READING_HEAD || next == IN_EXCHANGE || next == OVER;
            case READING_HEAD -> next == IN_EXCHANGE || next == OVER;
            case IN_EXCHANGE -> next == AWAITING_HEAD || next == DISCARDING || next == OVER;
            case DISCARDING -> next == AWAITING_HEAD || next == OVER;
            case OVER -> false;
        };
    }
}
