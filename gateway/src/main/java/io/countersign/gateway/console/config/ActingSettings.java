package io.countersign.gateway.console.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.countersign.proxy.config.FurtherKeys;
import io.countersign.proxy.config.Reference;
import io.countersign.proxy.limit.LimitsConfig;
import io.countersign.proxy.settings.FurtherSettings.Load;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts together what acts: what was written, the defaults below it, and what was derived where that says so. */
final class ActingSettings {
    /** What a limit says that is derived from memory and processors. */
    private static final Set<String> LEFT_TO_US = Set.of("auto", "0");

    private final FurtherKeys keys;
    private final Load load;
    private final Config reference = Reference.read();

    ActingSettings(FurtherKeys keys, Load load) {
        this.keys = keys;
        this.load = load;
    }

    ShownSettings shown() {
        Config acting = load.settings()
                .toConfig()
                .withFallback(below(keys.reference(), "countersign"))
                .withoutPath("each");
        acting = acting.withValue("listeners", listeners(acting.getValue("listeners")));
        if (acting.root().get("routes") instanceof ConfigObject routes) {
            ConfigObject defaults =
                    each("route").toConfig().withoutPath("timeouts").root();
            for (String name : routes.keySet()) {
                if (routes.get(name) instanceof ConfigObject route) {
                    routes = routes.withValue(name, route.withFallback(defaults));
                }
            }
            acting = acting.withValue("routes", routes);
        }
        if (!load.settings().toConfig().hasPath("console.tls")) {
            acting = acting.withoutPath("console.tls");
        }
        Config whole = acting;
        return ShownSettings.of(
                acting.root(),
                load.core().map(core -> core.operation().hash()).orElse(""),
                load.core().map(core -> derived(whole, core.limits())).orElse(Map.of()));
    }

    private ConfigValue listeners(ConfigValue written) {
        if (!(written instanceof ConfigList list)) {
            return written;
        }
        List<ConfigValue> acting = new ArrayList<>();
        for (ConfigValue each : list) {
            ConfigObject defaults = each("listener");
            boolean tls = each instanceof ConfigObject listener && listener.containsKey("tls");
            acting.add(each.withFallback(tls ? defaults : defaults.withoutKey("tls")));
        }
        return ConfigValueFactory.fromIterable(acting).withOrigin(written.origin());
    }

    private ConfigObject each(String what) {
        return keys.each(what).withFallback(reference.getObject("each." + what));
    }

    private static Config below(Config reference, String path) {
        return reference.hasPath(path) ? reference.getConfig(path) : ConfigFactory.empty();
    }

    private static Map<String, Long> derived(Config acting, LimitsConfig limits) {
        Map<String, Long> derived = new HashMap<>(Map.of(
                "limits.connections",
                (long) limits.connections(),
                "limits.in-flight",
                (long) limits.inFlight(),
                "limits.body",
                limits.body(),
                "limits.buffered",
                limits.buffered(),
                "limits.lists",
                limits.lists(),
                "limits.event-loops",
                (long) limits.eventLoops()));
        derived.keySet()
                .removeIf(path -> !LEFT_TO_US.contains(String.valueOf(
                        acting.hasPath(path) ? acting.getValue(path).unwrapped() : "auto")));
        return derived;
    }
}
