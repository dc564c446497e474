package io.countersign.proxy.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Moves settings that were written under a former name to where they are now, so that a file for an older version still
 * works. Each is reported as a warning.
 *
 * <p>Where both names were written, what comes from the environment counts before what comes from a file, as for every
 * setting, and then the new name before the old one.
 */
final class RenamedKeys {
    /**
     * A key and its former name.
     *
     * @param in the section that holds both; {@code *} stands for any name
     * @param values former values and what they are called now
     */
    record Rename(List<String> in, String old, String current, Map<String, String> values) {
        Rename(List<String> in, String old, String current) {
            this(in, old, current, Map.of());
        }
    }

    /** A section is renamed before the keys in it. */
    static final List<Rename> RENAMES = List.of(
            new Rename(List.of(), "times", "timeouts"),
            new Rename(List.of("timeouts"), "exchange", "request"),
            new Rename(List.of("routes", "*"), "times", "timeouts"),
            new Rename(List.of("routes", "*", "timeouts"), "exchange", "request"),
            new Rename(List.of("routes", "*"), "answers", "on-failure"),
            new Rename(List.of("routes", "*"), "sign-in", "signature-in"),
            new Rename(List.of("routes", "*"), "path-style", "path-encoding", Map.of("aws", "double", "s3", "single")),
            new Rename(List.of("access"), "hosts", "allowed-hosts"),
            new Rename(List.of("limits"), "head", "max-header-bytes"),
            new Rename(List.of("limits"), "target", "max-target-bytes"),
            new Rename(List.of("limits"), "fields", "max-headers"));

    private final Faults faults;
    private final String otherwise;

    /** @param otherwise where a setting is from that does not know it */
    RenamedKeys(Faults faults, String otherwise) {
        this.faults = faults;
        this.otherwise = otherwise;
    }

    /** The settings under their current names; {@code settings} holds the defaults as well. */
    ConfigObject current(ConfigObject settings) {
        ConfigObject result = settings;
        for (Rename rename : RENAMES) {
            result = within(result, rename, rename.in(), new ArrayList<>());
        }
        return result;
    }

    private ConfigObject within(ConfigObject object, Rename rename, List<String> rest, List<String> path) {
        if (rest.isEmpty()) {
            return renamed(object, rename, path);
        }
        ConfigObject result = object;
        List<String> keys = rest.get(0).equals("*") ? List.copyOf(object.keySet()) : List.of(rest.get(0));
        for (String key : keys) {
            if (object.get(key) instanceof ConfigObject inner) {
                path.add(key);
                result = result.withValue(key, within(inner, rename, rest.subList(1, rest.size()), path));
                path.remove(path.size() - 1);
            }
        }
        return result;
    }

    private ConfigObject renamed(ConfigObject object, Rename rename, List<String> path) {
        ConfigValue written = object.get(rename.old());
        if (written == null) {
            return object;
        }
        ConfigValue old = renamed(written, rename.values());
        faults.warn(
                Origins.text(Origins.of(old), otherwise) + " (" + path(path, rename.old()) + ")",
                "is now called " + path(path, rename.current()) + "; the old name is still read, so rename it soon");
        ConfigValue current = object.get(rename.current());
        return object.withoutKey(rename.old()).withValue(rename.current(), merged(old, current));
    }

    private static ConfigValue renamed(ConfigValue written, Map<String, String> values) {
        String current = values.get(String.valueOf(written.unwrapped()));
        return current == null
                ? written
                : ConfigValueFactory.fromAnyRef(current).withOrigin(written.origin());
    }

    private static ConfigValue merged(ConfigValue old, ConfigValue current) {
        if (old instanceof ConfigObject olds && current instanceof ConfigObject currents) {
            ConfigObject result = currents;
            for (String key : olds.keySet()) {
                // A key in a renamed section may have been renamed as well: then it has no neighbour yet.
                result = result.withValue(key, merged(olds.get(key), currents.get(key)));
            }
            return result;
        }
        boolean oldCounts =
                current == null || isDefault(current) || (isFromEnvironment(old) && !isFromEnvironment(current));
        return oldCounts ? old : current;
    }

    private static boolean isDefault(ConfigValue value) {
        return Origins.source(Origins.of(value)).startsWith(Origins.REFERENCE);
    }

    private static boolean isFromEnvironment(ConfigValue value) {
        return Origins.source(Origins.of(value)).startsWith(Origins.ENVIRONMENT);
    }

    private static String path(List<String> section, String key) {
        List<String> whole = new ArrayList<>(section);
        whole.add(key);
        return ConfigUtil.joinPath(whole);
    }
}
