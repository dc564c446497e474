package io.countersign.cli.check;

import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.settings.ProxyConfig;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is probably a slip and may be meant, so that only {@code check} warns of it: a proxy that starts with such a
 * configuration each day must not warn of it each day. Each warning has the path of a setting as its place.
 */
public final class Advice {
    private Advice() {}

    public static List<ConfigFault> of(ProxyConfig config, Environment environment) {
        Stream<ConfigFault> routes = config.routes().stream()
                .flatMap(route -> route.ways().stream())
                .flatMap(way -> RouteWarnings.of(way).stream());
        return Stream.concat(routes, CredentialsWarnings.of(config, environment).stream())
                .toList();
    }
}
