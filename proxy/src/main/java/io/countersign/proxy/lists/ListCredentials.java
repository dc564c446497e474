package io.countersign.proxy.lists;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.credentials.CredentialsRegistry;
import io.countersign.proxy.credentials.RefreshRuntime;
import io.countersign.proxy.credentials.provider.Providers;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The credentials that lists are asked for with, apart from those of the routes: a start that waits for a list has no routes yet.
 * Nothing is fetched before a list needs them.
 */
final class ListCredentials implements AutoCloseable {
    private static final String NAME = "lists";

    private final Environment environment;
    private final Clock clock;
    private CredentialsRegistry registry;

    ListCredentials(Environment environment, Clock clock) {
        this.environment = environment;
        this.clock = clock;
    }

    /** From now on these. */
    synchronized void use(CredentialsConfig config) {
        Map<String, CredentialsConfig> one = Map.of(NAME, config);
        CredentialsRegistry next = registry == null
                ? CredentialsRegistry.prepare(
                        one, RefreshRuntime.withOwnThreads(clock), each -> Providers.of(each, environment))
                : registry.prepare(one);
        next.replace(registry);
        registry = next;
    }

    /** What is at hand, or what the first fetch brings. */
    synchronized CompletionStage<Credentials> await() {
        return Optional.ofNullable(registry)
                .flatMap(all -> all.get(NAME))
                .map(named -> named.await())
                .orElseGet(() -> CompletableFuture.completedFuture(new Credentials.Missing("none are configured")));
    }

    @Override
    public synchronized void close() {
        if (registry != null) {
            registry.close();
        }
    }
}
