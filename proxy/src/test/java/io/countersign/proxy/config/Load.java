package io.countersign.proxy.config;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Loads texts for tests. */
final class Load {
    static final String GATEWAY = "https://abc123.execute-api.us-east-1.amazonaws.com/prod";
    static final Path NOWHERE = Path.of("no-such-folder").toAbsolutePath();

    private Load() {}

    /** A whole configuration from what stands inside {@code countersign}, with one good route {@code m} before it. */
    static String with(String settings) {
        return "countersign {\nroutes { m { upstream = \"" + GATEWAY + "\" } }\n" + settings + "\n}\n";
    }

    static ProxyConfig good(String settings, Map<String, String> environment) {
        return loaded(with(settings), environment).config();
    }

    static ProxyConfig good(String settings) {
        return good(settings, Map.of());
    }

    static RouteConfig route(String settings) {
        return good("routes.m { " + settings + " }").routes().get(0);
    }

    static LoadResult.Loaded loaded(String hocon, Map<String, String> environment) {
        LoadResult result = HoconSource.text(hocon, NOWHERE, environment).load();
        return assertInstanceOf(LoadResult.Loaded.class, result, result::toString);
    }

    /** Each fault's whole text. */
    static List<String> faults(String hocon, Map<String, String> environment) {
        LoadResult result = HoconSource.text(hocon, NOWHERE, environment).load();
        return assertInstanceOf(LoadResult.Faulty.class, result, result::toString).faults().stream()
                .map(ConfigFault::toString)
                .toList();
    }

    static List<String> warnings(String settings) {
        return loaded(with(settings), Map.of()).warnings().stream()
                .map(ConfigFault::toString)
                .toList();
    }
}
