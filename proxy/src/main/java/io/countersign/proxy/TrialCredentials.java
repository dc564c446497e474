package io.countersign.proxy;

import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.credentials.NamedCredentials;
import io.countersign.sigv4.AwsCredentials;
import java.util.concurrent.CompletionStage;

/** Credentials that are there by name, and that nobody may ask for: a trial signs nothing. */
record TrialCredentials(String name) implements NamedCredentials {
    @Override
    public Credentials current() {
        throw signsNothing();
    }

    @Override
    public CompletionStage<Credentials> await() {
        throw signsNothing();
    }

    @Override
    public CompletionStage<Credentials> refresh(AwsCredentials rejected) {
        throw signsNothing();
    }

    @Override
    public void close() {
        // Nothing is open.
    }

    private static IllegalStateException signsNothing() {
        return new IllegalStateException("a trial signs nothing");
    }
}
