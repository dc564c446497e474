package io.countersign.proxy.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Settings from environment variables: {@code COUNTERSIGN_} and the setting's path, as {@link VariableName} spells it. What names no
 * setting is kept for {@link UnknownKeys}, and sets nothing.
 */
public final class EnvironmentOverlay {
    private static final Set<String> RESERVED =
            Set.of("COUNTERSIGN_CONFIG", "COUNTERSIGN_JAVA_OPTS", "COUNTERSIGN_HOME", "COUNTERSIGN_TOKEN");
    private static final String RESERVED_PREFIX = "COUNTERSIGN_STANDIN_";

    /** What Kubernetes sets in every pod for a Service whose name begins with "countersign". */
    private static final Pattern SERVICE_LINK = Pattern.compile("COUNTERSIGN(?:_[A-Z0-9]+)*?_(?:SERVICE_HOST"
            + "|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT(?:_\\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)");

    /** {@code [::1]:8006} begins like a list, and is none that HOCON could read: an element with a colon needs quotes. */
    private static final Pattern IPV6_LITERAL = Pattern.compile("\\[[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*](?::\\d{1,5})?");

    private final HoconParser parser;
    private final Path folder;
    private final Faults faults;
    private final KeyTree known;
    private final List<UnknownVariable> unknown = new ArrayList<>();

    /**
     * Makes one for a load.
     *
     * @param folder that paths in variables are relative to
     * @param further settings that another part of the program reads
     */
    EnvironmentOverlay(HoconParser parser, Path folder, Faults faults, FurtherKeys further) {
        this.parser = parser;
        this.folder = folder;
        this.faults = faults;
        this.known = KeyTree.of(further);
    }

    /**
     * The variables as a configuration to lay over the file's.
     *
     * @param below the file's, not yet resolved, for the case of its names
     */
    Config of(Map<String, String> environment, Config below) {
        Config current = ConfigFactory.empty();
        Config former = ConfigFactory.empty();
        ConfigValue written = written(below.root());
        for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
            String name = variable.getKey();
            if (!name.startsWith(VariableName.PREFIX) || isReserved(name)) {
                continue;
            }
            String origin = Origins.ENVIRONMENT + name;
            VariableName spelled = new VariableName(known, name.substring(VariableName.PREFIX.length()), written);
            List<List<String>> meanings = spelled.meanings();
            Optional<List<String>> formerMeaning = spelled.formerMeaning();
            if (meanings.size() > 1) {
                faults.add(
                        origin,
                        "can mean " + path(meanings.get(0)) + " and " + path(meanings.get(1))
                                + "; set it in the file, or rename one of them");
            } else if (!meanings.isEmpty()) {
                current = with(current, meanings.get(0), value(variable.getValue(), origin));
            } else if (formerMeaning.isPresent()) {
                if (!known.isFormer(formerMeaning.get())) {
                    // A setting that was renamed is reported for that.
                    faults.warn(
                            origin,
                            "is now called " + VariableName.ofPath(known, path(formerMeaning.get()))
                                    + "; the old name is still read, so rename it soon");
                }
                former = with(former, formerMeaning.get(), value(variable.getValue(), origin));
            } else {
                unknown.add(UnknownVariable.of(origin, spelled, known));
            }
        }
        return current.withFallback(former);
    }

    /** What names no setting. */
    List<UnknownVariable> unknown() {
        return List.copyOf(unknown);
    }

    private static Config with(Config overlay, List<String> path, ConfigValue value) {
        return value == null ? overlay : overlay.withValue("countersign." + path(path), value);
    }

    private static String path(List<String> path) {
        return ConfigUtil.joinPath(path);
    }

    private static ConfigValue written(ConfigObject root) {
        try {
            return root.get("countersign");
        } catch (ConfigException.NotResolved e) {
            return null;
        }
    }

    private static boolean isReserved(String name) {
        return RESERVED.contains(name)
                || name.startsWith(RESERVED_PREFIX)
                || SERVICE_LINK.matcher(name).matches();
    }

    private ConfigValue value(String text, String origin) {
        String trimmed = text.strip();
        boolean literal = IPV6_LITERAL.matcher(trimmed).matches();
        if (literal || (!trimmed.startsWith("[") && !trimmed.startsWith("{"))) {
            return ConfigValueFactory.fromAnyRef(text, origin);
        }
        // A fault in it is noted by the parser.
        Config parsed = parser.text("value = " + trimmed, origin, folder);
        return parsed.root().get("value");
    }
}
