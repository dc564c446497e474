package io.countersign.proxy.credentials;

/** A fetch that brought nothing; the message says which source was asked and what it said, and holds no secret. */
final class FetchFailure extends Exception {
    private static final long serialVersionUID = 1;

    FetchFailure(String message) {
        super(message, null, false, false);
    }
}
