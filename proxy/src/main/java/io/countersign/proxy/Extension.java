package io.countersign.proxy;

import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.exchange.ExchangeObserver;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * What another product adds to the core, which does not know it: a jar on the class path that names its implementation in
 * {@code META-INF/services}. Without one, the core is all there is.
 */
public interface Extension {
    /** As the log calls it. */
    String name();

    /** Judge requests, after the core's own checks of the head. */
    default List<Guard> guards() {
        return List.of();
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

    /** Those on the class path. */
    static List<Extension> installed() {
        return ServiceLoader.load(Extension.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }
}
