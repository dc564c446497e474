package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.route.RouteConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Loads texts for tests. */
public final class Load {
    public static final String GATEWAY = "https://abc123.execute-api.us-east-1.amazonaws.com/prod";
    public static final Path NOWHERE = Path.of("no-such-folder").toAbsolutePath();

    private Load() {}

    /** A whole configuration from what stands inside {@code countersign}, with one good route {@code m} before it. */
    public static String with(String settings) {
        return "countersign {\nroutes { m { upstream = \"" + GATEWAY + "\" } }\n" + settings + "\n}\n";
    }

    public static ProxyConfig good(String settings, Map<String, String> environment) {
        return loaded(with(settings), environment).config();
    }

    public static ProxyConfig good(String settings) {
        return good(settings, Map.of());
    }

    public static RouteConfig route(String settings) {
        return good("routes.m { " + settings + " }").routes().get(0);
    }

    public static LoadResult.Loaded loaded(String hocon, Map<String, String> environment) {
        LoadResult result = HoconSource.text(hocon, NOWHERE, environment).load();
        return assertInstanceOf(LoadResult.Loaded.class, result, result::toString);
    }

    /** Each fault's whole text, with every unknown setting refused. */
    public static List<String> faults(String hocon, Map<String, String> environment) {
        LoadResult result =
                HoconSource.text(hocon, NOWHERE, environment).strict().load();
        return assertInstanceOf(LoadResult.Faulty.class, result, result::toString).faults().stream()
                .map(ConfigFault::toString)
                .toList();
    }

    public static List<String> warnings(String settings) {
        return loaded(with(settings), Map.of()).warnings().stream()
                .map(ConfigFault::toString)
                .toList();
    }
}
