package io.countersign.proxy.credentials;

import io.countersign.proxy.config.CredentialsConfig;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All sources of credentials by name. A reload makes a new registry, which carries over the sources whose configuration
 * is the same, with their keys.
 */
public final class CredentialsSources implements AutoCloseable {
    private final Map<String, Entry> entries;
    private final SourceRuntime runtime;
    private final Environment environment;

    private record Entry(CredentialsConfig config, RefreshingSource source) {}

    private CredentialsSources(Map<String, Entry> entries, SourceRuntime runtime, Environment environment) {
        this.entries = Map.copyOf(entries);
        this.runtime = runtime;
        this.environment = environment;
    }

    /** Begins the first fetch of each; {@code clock} decides what has expired. */
    public static CredentialsSources create(
            Map<String, CredentialsConfig> configs, Clock clock, Environment environment) {
        return create(configs, SourceRuntime.withOwnThreads(clock), environment);
    }

    static CredentialsSources create(
            Map<String, CredentialsConfig> configs, SourceRuntime runtime, Environment environment) {
        return new CredentialsSources(Map.of(), runtime, environment).reconfigure(configs);
    }

    /** The registry for a new configuration, in force at once. */
    CredentialsSources reconfigure(Map<String, CredentialsConfig> configs) {
        CredentialsSources next = prepare(configs);
        next.replace(this);
        return next;
    }

    /** A registry in which nothing is fetched before {@link #replace}; one that is dropped instead leaves nothing behind. */
    public static CredentialsSources prepare(
            Map<String, CredentialsConfig> configs, Clock clock, Environment environment) {
        return new CredentialsSources(Map.of(), SourceRuntime.withOwnThreads(clock), environment).prepare(configs);
    }

    /** The registry for a new configuration, in which nothing new is fetched before {@link #replace}. */
    public CredentialsSources prepare(Map<String, CredentialsConfig> configs) {
        Map<String, Entry> next = new HashMap<>();
        configs.forEach((name, config) -> {
            Entry before = entries.get(name);
            if (before != null && before.config.equals(config)) {
                next.put(name, before);
                return;
            }
            KeyFetch fetch = KeyFetches.of(config, environment);
            RefreshingSource source = before == null
                    ? new RefreshingSource(name, fetch, runtime)
                    : before.source.replacedBy(fetch, runtime);
            next.put(name, new Entry(config, source));
        });
        return new CredentialsSources(next, runtime, environment);
    }

    /**
     * Puts this registry in force in the place of the one that it was prepared from, or of none; to be called when the
     * configuration is sure to be used. Sources that are gone or changed stop refreshing now and serve what they have until
     * its expiry, so exchanges under way need not be waited for; what has changed begins with the keys of before. The earlier registry must not be closed then: its threads
     * go on in this one.
     */
    public void replace(CredentialsSources before) {
        Map<String, Entry> old = before == null ? Map.of() : before.entries;
        entries.forEach((name, entry) -> {
            Entry earlier = old.get(name);
            if (earlier == null || earlier.source != entry.source) {
                entry.source.start();
            }
        });
        old.forEach((name, entry) -> {
            Entry after = entries.get(name);
            if (after == null || after.source != entry.source) {
                entry.source.close();
            }
        });
    }

    public Optional<CredentialsSource> get(String name) {
        return Optional.ofNullable(entries.get(name)).map(Entry::source);
    }

    /** Every source at this moment, sorted by name. */
    public List<SourceStatus> status() {
        return entries.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getValue().source.status())
                .toList();
    }

    /** Ends all refreshing and the threads. */
    @Override
    public void close() {
        entries.values().forEach(entry -> entry.source.close());
        runtime.shutdown().run();
    }
}
