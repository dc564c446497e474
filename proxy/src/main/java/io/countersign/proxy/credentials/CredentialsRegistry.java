package io.countersign.proxy.credentials;

import io.countersign.sigv4.AwsCredentials;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * All credentials by name. A reload makes a new registry, which keeps those whose configuration has not changed, with what
 * they have fetched.
 */
public final class CredentialsRegistry implements AutoCloseable {
    private final Map<String, Entry> entries;
    private final RefreshRuntime runtime;
    private final Function<CredentialsConfig, CredentialsProvider> providers;

    private final BiFunction<CredentialsConfig, AwsCredentials, Principal> identify;

    private record Entry(
            CredentialsConfig config, RefreshingCredentials credentials, Optional<Identification> identification) {
        CredentialsStatus status() {
            CredentialsStatus status = credentials.status();
            Principal said = status.principal();
            boolean wanted = identification.isPresent() && said.arn().isEmpty();
            if (!wanted || !(credentials.current() instanceof Credentials.Usable usable)) {
                return status;
            }
            Principal found = identification.get().of(usable.value());
            return status.of(found.arn().isPresent() ? found : said.unknown(found.unknown()));
        }
    }

    private CredentialsRegistry(
            Map<String, Entry> entries,
            RefreshRuntime runtime,
            Function<CredentialsConfig, CredentialsProvider> providers,
            BiFunction<CredentialsConfig, AwsCredentials, Principal> identify) {
        this.entries = Map.copyOf(entries);
        this.runtime = runtime;
        this.providers = providers;
        this.identify = identify;
    }

    /**
     * A registry in which nothing is fetched before {@link #replace}; one that is dropped instead leaves nothing behind.
     *
     * @param runtime its threads end with the registry
     * @param providers from a configuration to what is asked for the credentials
     * @param identify finds out to whom credentials belong, for configurations that want it; blocks
     */
    public static CredentialsRegistry prepare(
            Map<String, CredentialsConfig> configs,
            RefreshRuntime runtime,
            Function<CredentialsConfig, CredentialsProvider> providers,
            BiFunction<CredentialsConfig, AwsCredentials, Principal> identify) {
        return new CredentialsRegistry(Map.of(), runtime, providers, identify).prepare(configs);
    }

    /** The same, for uses in which nobody wants to know to whom credentials belong. */
    public static CredentialsRegistry prepare(
            Map<String, CredentialsConfig> configs,
            RefreshRuntime runtime,
            Function<CredentialsConfig, CredentialsProvider> providers) {
        return prepare(configs, runtime, providers, (config, keys) -> Principal.UNKNOWN);
    }

    /** The registry for a new configuration, in which nothing new is fetched before {@link #replace}. */
    public CredentialsRegistry prepare(Map<String, CredentialsConfig> configs) {
        Map<String, Entry> next = new HashMap<>();
        configs.forEach((name, config) -> {
            Entry before = entries.get(name);
            if (before != null && before.config.equals(config)) {
                next.put(name, before);
                return;
            }
            CredentialsProvider provider = providers.apply(config);
            RefreshingCredentials credentials = before == null
                    ? new RefreshingCredentials(name, provider, runtime)
                    : before.credentials.replacedBy(provider, runtime);
            next.put(name, new Entry(config, credentials, identification(config)));
        });
        return new CredentialsRegistry(next, runtime, providers, identify);
    }

    private Optional<Identification> identification(CredentialsConfig config) {
        return config.identify()
                ? Optional.of(new Identification(keys -> identify.apply(config, keys), runtime))
                : Optional.empty();
    }

    /**
     * Puts this registry in force in place of the one that it was prepared from, or of none; to be called once the
     * configuration is sure to be used. Credentials that are gone or changed stop refreshing now and serve what they have
     * until it expires, so exchanges under way need not be waited for; changed ones start with what they had before. The
     * earlier registry must not be closed then: its threads go on in this one.
     */
    public void replace(CredentialsRegistry before) {
        Map<String, Entry> old = before == null ? Map.of() : before.entries;
        entries.forEach((name, entry) -> {
            Entry earlier = old.get(name);
            if (earlier == null || earlier.credentials != entry.credentials) {
                entry.credentials.start();
            }
        });
        old.forEach((name, entry) -> {
            Entry after = entries.get(name);
            if (after == null || after.credentials != entry.credentials) {
                entry.credentials.close();
            }
        });
    }

    public Optional<NamedCredentials> get(String name) {
        return Optional.ofNullable(entries.get(name)).map(Entry::credentials);
    }

    /** The state of each at this moment, sorted by name. */
    public List<CredentialsStatus> status() {
        return entries.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getValue().status())
                .toList();
    }

    /** Ends all refreshing and the threads. */
    @Override
    public void close() {
        entries.values().forEach(entry -> entry.credentials.close());
        runtime.shutdown().run();
    }
}
