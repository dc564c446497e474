package io.countersign.proxy.credentials;

/**
 * A fetch that brought nothing. The message says which provider was asked and what it said; it is masked by what that provider
 * knows, but of any length: whoever shows it goes through {@link Reason#shown}.
 */
public final class FetchFailure extends Exception {
    private static final long serialVersionUID = 1;

    public FetchFailure(String message) {
        super(message, null, false, false);
    }
}
