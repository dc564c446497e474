package io.countersign.proxy.settings;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.config.Faults;
import io.countersign.proxy.config.Places;
import io.countersign.proxy.secrets.Quoted;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings that only countersign-gateway acts on. Those that decide who may call are refused here, since to pass over them
 * would let callers in that they keep out; of the others there is a warning.
 */
final class GatewaySettings {
    private static final List<String> DECIDING = List.of("tenants", "tokens-file", "identity", "approval");
    private static final List<String> OTHERS = List.of("calls", "quotas", "console");
    private static final Set<String> STATES = Set.of("live", "draft", "deprecated", "retired");

    private final Set<String> readElsewhere;
    private final Faults faults;
    private final String name;

    /**
     * Makes a check.
     *
     * @param readElsewhere the top-level settings that another part of the program reads: then all of this is its concern
     * @param name of the configuration, for faults of what was not written anywhere
     */
    GatewaySettings(Set<String> readElsewhere, Faults faults, String name) {
        this.readElsewhere = readElsewhere;
        this.faults = faults;
        this.name = name;
    }

    /** All top-level settings of the gateway, and those that another part reads. */
    static Set<String> topLevel(Set<String> readElsewhere) {
        return Stream.of(DECIDING, OTHERS, readElsewhere)
                .flatMap(Collection::stream)
                .collect(Collectors.toSet());
    }

    /** The settings without those of the gateway, so that no reader takes them for unknown ones. */
    ConfigObject takenFrom(ConfigObject settings) {
        ConfigObject rest = settings;
        for (String key : readElsewhere) {
            rest = rest.withoutKey(key);
        }
        if (!readElsewhere.isEmpty()) {
            return rest;
        }
        Places places = new Places(settings, name);
        for (String key : DECIDING) {
            if (rest.containsKey(key)) {
                refuse(places.of(key), "decides who may call");
                rest = rest.withoutKey(key);
            }
        }
        for (String key : OTHERS) {
            if (rest.containsKey(key)) {
                faults.warn(
                        List.of(
                                new ConfigFault(
                                        places.of(key),
                                        "has no effect here, since it is for the gateway; run the image countersign-gateway, or remove it")));
                rest = rest.withoutKey(key);
            }
        }
        return withRoutes(withAccess(rest, places), places);
    }

    private ConfigObject withAccess(ConfigObject settings, Places places) {
        if (!(settings.get("access") instanceof ConfigObject access) || !access.containsKey("unlisted")) {
            return settings;
        }
        judge(access.get("unlisted"), places.of("access.unlisted"), "deny", Set.of("deny", "ask"));
        return settings.withValue("access", access.withoutKey("unlisted"));
    }

    private ConfigObject withRoutes(ConfigObject settings, Places places) {
        if (!(settings.get("routes") instanceof ConfigObject routes)) {
            return settings;
        }
        ConfigObject rest = routes;
        for (String route : routes.keySet()) {
            if (routes.get(route) instanceof ConfigObject one && one.containsKey("state")) {
                judge(one.get("state"), places.of("routes." + route + ".state"), "live", STATES);
                rest = rest.withValue(route, one.withoutKey("state"));
            }
        }
        return settings.withValue("routes", rest);
    }

    /** @param usual what the core does anyway */
    private void judge(ConfigValue value, String where, String usual, Set<String> known) {
        String text = String.valueOf(value.unwrapped());
        if (!known.contains(text)) {
            List<String> sorted = known.stream().sorted().toList();
            faults.add(where, Quoted.of(text) + " is not one of " + String.join(", ", sorted));
        } else if (!text.equals(usual)) {
            refuse(where, Quoted.of(text) + " decides who may call");
        }
    }

    private void refuse(String where, String what) {
        faults.add(where, what + ", and only the gateway acts on it; run the image countersign-gateway, or remove it");
    }
}
