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
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Settings from environment variables: {@code COUNTERSIGN_} and the path, where {@code _} separates the path's elements,
 * {@code __} stands for {@code -} and {@code ___} for {@code _}.
 *
 * <p>Variables cannot carry case everywhere, so an element is matched to a key of the file whatever its case, and is
 * lower case where the file has none.
 */
public final class EnvironmentOverlay {
    static final String PREFIX = "COUNTERSIGN_";

    private static final Set<String> RESERVED =
            Set.of("COUNTERSIGN_CONFIG", "COUNTERSIGN_JAVA_OPTS", "COUNTERSIGN_HOME");
    private static final String RESERVED_PREFIX = "COUNTERSIGN_STANDIN_";

    /** What Kubernetes sets in every pod for a Service whose name begins with "countersign". */
    private static final Pattern SERVICE_LINK = Pattern.compile("COUNTERSIGN(?:_[A-Z0-9]+)*?_(?:SERVICE_HOST"
            + "|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT(?:_\\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)");

    /** {@code [::1]:8006} begins like a list, and is none that HOCON could read: an element with a colon needs quotes. */
    private static final Pattern IPV6_LITERAL = Pattern.compile("\\[[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*](?::\\d{1,5})?");

    private final HoconParser parser;
    private final Path folder;
    private final Faults faults;

    /** @param folder that paths in variables are relative to */
    EnvironmentOverlay(HoconParser parser, Path folder, Faults faults) {
        this.parser = parser;
        this.folder = folder;
        this.faults = faults;
    }

    /**
     * The variables as a configuration to lay over the file's.
     *
     * @param below the file's, not yet resolved, for the case of its keys
     */
    Config of(Map<String, String> environment, Config below) {
        Config overlay = ConfigFactory.empty();
        for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
            String name = variable.getKey();
            if (!name.startsWith(PREFIX) || isReserved(name)) {
                continue;
            }
            String origin = "environment variable " + name;
            List<String> path = path(name.substring(PREFIX.length()), below.root());
            if (path.isEmpty()) {
                faults.add(
                        origin, "is no path of a setting; write _ between the path's elements, __ for - and ___ for _");
                continue;
            }
            ConfigValue value = value(variable.getValue(), origin);
            if (value != null) {
                List<String> whole = new ArrayList<>(List.of("countersign"));
                whole.addAll(path);
                overlay = overlay.withValue(ConfigUtil.joinPath(whole), value);
            }
        }
        return overlay;
    }

    /** The variable that sets a path. */
    static String variable(String path) {
        return PREFIX
                + path.replace("_", "___").replace("-", "__").replace('.', '_').toUpperCase(Locale.ROOT);
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

    /** Empty when the name is malformed. */
    private static List<String> path(String name, ConfigObject root) {
        List<String> path = new ArrayList<>();
        ConfigValue at = child(root, "countersign");
        StringBuilder element = new StringBuilder();
        for (int i = 0; i <= name.length(); ) {
            int run = i;
            while (run < name.length() && name.charAt(run) == '_') {
                run++;
            }
            int length = run - i;
            if (i == name.length() || length == 1) {
                if (element.isEmpty()) {
                    return List.of();
                }
                String key = inCaseOf(at, element.toString().toLowerCase(Locale.ROOT));
                path.add(key);
                at = child(at, key);
                element.setLength(0);
                i++;
            } else if (length == 0) {
                element.append(name.charAt(i++));
            } else if (length <= 3) {
                element.append(length == 2 ? '-' : '_');
                i = run;
            } else {
                return List.of();
            }
        }
        return path;
    }

    private static String inCaseOf(ConfigValue at, String element) {
        if (at instanceof ConfigObject object) {
            try {
                List<String> same = object.keySet().stream()
                        .filter(element::equalsIgnoreCase)
                        .toList();
                return same.size() == 1 ? same.get(0) : element;
            } catch (ConfigException.NotResolved e) {
                // Put together from a ${...}: its keys are not known yet, so lower case it is.
                return element;
            }
        }
        return element;
    }

    private static ConfigValue child(ConfigValue at, String key) {
        try {
            return at instanceof ConfigObject object ? object.get(key) : null;
        } catch (ConfigException.NotResolved e) {
            return null;
        }
    }
}
