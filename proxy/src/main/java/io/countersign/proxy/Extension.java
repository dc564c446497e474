package io.countersign.proxy;

import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.exchange.ExchangeObserver;
import io.countersign.proxy.settings.ProxyConfig;
import io.prometheus.metrics.model.registry.Collector;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * What another product adds to the core, which does not know it: a jar on the class path that names its implementation in
 * {@code META-INF/services}. Without one, the core is all there is. The settings that it reads are a
 * {@link io.countersign.proxy.settings.FurtherSettings}, found the same way.
 *
 * <p>In this order: {@link #guards} of the first configuration, {@link #observers}, {@link #collectors}, {@link #open}, {@link #taken}; then for each
 * reload {@link #guards} and {@link #taken}; at last {@link #close}.
 */
public interface Extension {
    /** As the log calls it. */
    String name();

    /**
     * Judge requests, after the core's own checks of the head, while a configuration is in force. Called before that is certain, so
     * nothing else may change by it.
     */
    default List<Guard> guards(ProxyConfig config) {
        return List.of();
    }

    /**
     * Whether a caller that no list names may call all the same, where callers may
     * {@linkplain io.countersign.proxy.access.UnlistedCallers#ASK ask}. Decides only which connections it may take, when one is
     * accepted: a {@link Guard} judges its requests. Must not block; safe from any thread.
     */
    default boolean approves(Caller caller) {
        return false;
    }

    /** Hear of every exchange, after the core's own. */
    default List<ExchangeObserver> observers() {
        return List.of();
    }

    /**
     * Commands of its own.
     *
     * @param environment variables by name
     * @return objects that picocli, which reads the command line, takes as subcommands: annotated ones, or a parser with subcommands
     *     of its own. They print to the parser's writers, and return the exit code: 0 done, 1 failed, 2 wrong usage
     */
    default List<Object> commands(Map<String, String> environment) {
        return List.of();
    }

    /** How it will act, in a few lines that {@code check} prints after the routes; nothing in them is secret. */
    default List<String> summary(ProxyConfig config) {
        return List.of();
    }

    /** What it counts, for {@code /metrics}: its label values must be bounded. */
    default List<Collector> collectors() {
        return List.of();
    }

    /**
     * Starts what it does besides; before the first client is let in.
     *
     * @throws StartFailure when it cannot; nothing runs then
     */
    default void open(Host host) throws StartFailure {}

    /** This configuration is in force now. Called on one thread at a time, which may be held up for a moment. */
    default void taken(ProxyConfig config) {}

    /**
     * A configuration was not taken; the one before stays in force.
     *
     * @param why every fault of it, as the log has them
     */
    default void refused(List<ConfigFault> why) {}

    /** Ends what {@link #open} has started, while the state folder is still this process's, when no exchange runs any more; also after a failed start. */
    default void close() {}

    /** Those on the class path. */
    static List<Extension> installed() {
        return ServiceLoader.load(Extension.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }
}
