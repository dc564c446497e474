package io.countersign.proxy.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigResolver;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Resolves {@code ${...}} from the file and the environment, and finds what optional ones left out.
 *
 * <p>HOCON drops a setting whose {@code ${?VAR}} is unset. For a header or a deny entry that is a hole nobody sees. So each
 * unset variable is, one at a time, resolved once more to a mark: where the mark shows up, the variable was used.
 */
final class Substitutions {
    /** Stands for a value that was reported as missing; readers pass over it in silence. */
    static final String MISSING = "\0missing";

    /** What is left of a variable that was written within quotes. */
    static final Pattern QUOTED = Pattern.compile("\\$\\{\\??[A-Za-z_][A-Za-z0-9_.-]*}");

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{\\??([^}]+)}");
    private static final int MAX_VARIABLES = 100;

    private static final ConfigValue MARK = ConfigValueFactory.fromAnyRef(MISSING, "unset variable");
    private static final List<ConfigValue> MARKS = List.of(
            MARK,
            ConfigValueFactory.fromIterable(List.of(MARK), "unset variable"),
            ConfigValueFactory.fromMap(Map.of(MISSING, MISSING), "unset variable"));

    private final Config merged;
    private final Map<String, String> environment;
    private final Set<String> unset = new LinkedHashSet<>();
    private final Map<String, ConfigValue> missing = new HashMap<>();

    Substitutions(Config merged, Map<String, String> environment) {
        this.merged = merged;
        this.environment = environment;
    }

    /** Every mandatory variable that is unset becomes a fault and {@link #MISSING}. */
    Config resolve(Faults faults) {
        while (true) {
            try {
                unset.clear();
                return resolve(missing);
            } catch (ConfigException.UnresolvedSubstitution e) {
                Matcher reference = REFERENCE.matcher(String.valueOf(e.getMessage()));
                boolean known = reference.find();
                String where = Origins.text(e.origin(), "configuration");
                faults.add(
                        where,
                        known
                                ? "${" + reference.group(1) + "} is not set; set the variable " + reference.group(1)
                                        + ", or write the value itself"
                                : "a ${...} is not set, or refers to itself; set the variable, or write the value itself");
                if (!known || missing.put(reference.group(1), MARK) != null || missing.size() > MAX_VARIABLES) {
                    return null;
                }
            } catch (ConfigException e) {
                faults.add(
                        Origins.text(e.origin(), "configuration"),
                        "can't be resolved: " + ParseFault.parserMessage(e, "configuration"));
                return null;
            }
        }
    }

    /**
     * The configuration with each unset variable marked in turn: as a text, or, where a text does not fit beside what it is
     * joined to, as a list or an object.
     */
    List<Marked> marked(Faults faults) {
        List<Marked> all = new ArrayList<>();
        for (String variable : unset.stream()
                .filter(v -> !missing.containsKey(v))
                .limit(MAX_VARIABLES)
                .toList()) {
            marked(variable)
                    .ifPresentOrElse(
                            all::add,
                            () -> faults.add(
                                    "configuration",
                                    "${?" + variable
                                            + "} is not set, and is used both as a text and as a list or an object;"
                                            + " set it, or remove it"));
        }
        return all;
    }

    private Optional<Marked> marked(String variable) {
        for (ConfigValue mark : MARKS) {
            try {
                Map<String, ConfigValue> marks = new HashMap<>(missing);
                marks.put(variable, mark);
                return Optional.of(new Marked(variable, resolve(marks)));
            } catch (ConfigException e) {
                // It does not fit where the variable is used: the next one may.
            }
        }
        return Optional.empty();
    }

    /** @param config resolved with {@link #MISSING} in place of {@code variable} */
    record Marked(String variable, Config config) {}

    private Config resolve(Map<String, ConfigValue> marks) {
        ConfigResolver lookup = new ConfigResolver() {
            @Override
            public ConfigValue lookup(String path) {
                String value = environment.get(path);
                if (value != null) {
                    return ConfigValueFactory.fromAnyRef(value, "environment variable " + path);
                }
                unset.add(path);
                return marks.get(path);
            }

            @Override
            public ConfigResolver withFallback(ConfigResolver fallback) {
                return this;
            }
        };
        return merged.resolve(ConfigResolveOptions.noSystem().appendResolver(lookup));
    }
}
