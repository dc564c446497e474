package io.countersign.proxy.credentials;

/**
 * A fetch that brought nothing. The message says which source was asked and what it said; it is masked by what that source
 * knows, but of any length: whoever shows it goes through {@link Reason#shown}.
 */
final class FetchFailure extends Exception {
    private static final long serialVersionUID = 1;

    FetchFailure(String message) {
        super(message, null, false, false);
    }
}
