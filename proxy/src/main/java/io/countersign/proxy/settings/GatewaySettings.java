package io.countersign.proxy.settings;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.config.Faults;
import io.countersign.proxy.config.FurtherKeys;
import io.countersign.proxy.config.Places;
import io.countersign.proxy.secrets.Quoted;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The settings that only countersign-gateway acts on, where that is not installed. Those that decide who may call are refused, since
 * to pass over them would let callers in that they keep out; of the others there is a warning.
 */
final class GatewaySettings {
    private static final List<String> DECIDING = List.of("tenants", "tokens-file", "identity", "approval");
    private static final List<String> OTHERS = List.of("calls", "quotas", "console");

    /** Of a route: by its name the value that means what the core does anyway, and those that decide who may call. */
    private static final Map<String, Choice> OF_ROUTE = Map.of(
            "state", new Choice("live", Set.of("live", "draft", "deprecated", "retired")),
            "approval", new Choice("none", Set.of("none", "required")));

    private static final Choice UNLISTED = new Choice("deny", Set.of("deny", "ask"));

    private static final List<String> DECIDING_OF_ROUTE = List.of("draft-for", "retire");
    private static final List<String> OTHERS_OF_ROUTE = List.of(
            "description", "owner", "contact", "docs", "labels", "deprecation", "sunset", "successor", "brownout");

    private static final FurtherKeys KEYS = FurtherKeys.of(
            "tenants.**",
            "tokens-file",
            "identity.**",
            "approval.**",
            "calls.**",
            "quotas.**",
            "console.**",
            "access.unlisted",
            "listeners.#.tokens-in-clear",
            "routes.*.state",
            "routes.*.approval",
            "routes.*.draft-for.**",
            "routes.*.retire.**",
            "routes.*.description",
            "routes.*.owner",
            "routes.*.contact",
            "routes.*.docs",
            "routes.*.labels.**",
            "routes.*.deprecation",
            "routes.*.sunset",
            "routes.*.successor",
            "routes.*.brownout.**");

    private final Faults faults;
    private final String name;

    /** @param usual what the core does anyway */
    private record Choice(String usual, Set<String> known) {}

    /** @param name of the configuration, for faults of what was not written anywhere */
    GatewaySettings(Faults faults, String name) {
        this.faults = faults;
        this.name = name;
    }

    static FurtherKeys keys() {
        return KEYS;
    }

    /** Reports those that are there. */
    void report(ConfigObject settings) {
        Places places = new Places(settings, name);
        DECIDING.stream().filter(settings::containsKey).forEach(key -> refuse(places.of(key), "decides who may call"));
        OTHERS.stream().filter(settings::containsKey).forEach(key -> warn(places.of(key)));
        section(settings, "access")
                .forEach((key, value) ->
                        judge(key.equals("unlisted") ? UNLISTED : null, value, places, "access." + key));
        section(settings, "routes").forEach((route, value) -> {
            if (value instanceof ConfigObject one) {
                one.forEach((key, each) -> ofRoute(key, each, places, "routes." + route + "." + key));
            }
        });
    }

    private void ofRoute(String key, ConfigValue value, Places places, String path) {
        judge(OF_ROUTE.get(key), value, places, path);
        if (DECIDING_OF_ROUTE.contains(key)) {
            refuse(places.of(path), "decides who may call");
        } else if (OTHERS_OF_ROUTE.contains(key)) {
            warn(places.of(path));
        }
    }

    /** In one order, whatever the file's. */
    private static Map<String, ConfigValue> section(ConfigObject settings, String key) {
        return settings.get(key) instanceof ConfigObject section ? new TreeMap<>(section) : Map.of();
    }

    /** @param choice null for a setting that is not this one's concern */
    private void judge(Choice choice, ConfigValue value, Places places, String path) {
        if (choice == null) {
            return;
        }
        String text = String.valueOf(value.unwrapped());
        if (!choice.known.contains(text)) {
            List<String> sorted = choice.known.stream().sorted().toList();
            faults.add(places.of(path), Quoted.of(text) + " is not one of " + String.join(", ", sorted));
        } else if (!text.equals(choice.usual)) {
            refuse(places.of(path), Quoted.of(text) + " decides who may call");
        }
    }

    private void refuse(String where, String what) {
        faults.add(where, what + ", and only the gateway acts on it; run the image countersign-gateway, or remove it");
    }

    private void warn(String where) {
        faults.warn(List.of(new ConfigFault(
                where,
                "has no effect here, since it is for the gateway; run the image countersign-gateway, or remove it")));
    }
}
