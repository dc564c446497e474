package io.countersign.proxy.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigResolver;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{\\??([^}]+)}");
    private static final int MOST = 100;

    private final Config merged;
    private final Map<String, String> environment;
    private final Set<String> unset = new LinkedHashSet<>();

    Substitutions(Config merged, Map<String, String> environment) {
        this.merged = merged;
        this.environment = environment;
    }

    /** Every mandatory variable that is unset becomes a fault and {@link #MISSING}. */
    Config resolve(Faults faults) {
        Set<String> missing = new HashSet<>();
        while (true) {
            try {
                unset.clear();
                return resolve(missing);
            } catch (ConfigException.UnresolvedSubstitution e) {
                Matcher reference = REFERENCE.matcher(String.valueOf(e.getMessage()));
                boolean known = reference.find();
                String where = Origins.text(e.origin(), "configuration");
                faults.add(where, known
                        ? "${" + reference.group(1) + "} is not set; set the variable " + reference.group(1)
                                + ", or write the value itself"
                        : "a ${...} is not set, or refers to itself; set the variable, or write the value itself");
                if (!known || !missing.add(reference.group(1)) || missing.size() > MOST) {
                    return null;
                }
            } catch (ConfigException e) {
                faults.add(Origins.text(e.origin(), "configuration"),
                        "cannot be put together: " + HoconParser.withoutTokens(e, "configuration"));
                return null;
            }
        }
    }

    /** The configuration with each unset variable marked in turn; one that then does not fit where it stands is left out. */
    List<Marked> marked() {
        List<Marked> all = new ArrayList<>();
        for (String variable : unset.stream().limit(MOST).toList()) {
            try {
                all.add(new Marked(variable, resolve(Set.of(variable))));
            } catch (ConfigException e) {
                // A mark is text; where an object is wanted it does not fit, and there nothing is looked for.
                continue;
            }
        }
        return all;
    }

    /** @param config resolved with {@link #MISSING} in place of {@code variable} */
    record Marked(String variable, Config config) {}

    private Config resolve(Set<String> marks) {
        ConfigResolver lookup = new ConfigResolver() {
            @Override
            public ConfigValue lookup(String path) {
                String value = environment.get(path);
                if (value != null) {
                    return ConfigValueFactory.fromAnyRef(value, "environment variable " + path);
                }
                unset.add(path);
                return marks.contains(path)
                        ? ConfigValueFactory.fromAnyRef(MISSING, "unset variable " + path)
                        : null;
            }

            @Override
            public ConfigResolver withFallback(ConfigResolver fallback) {
                return this;
            }
        };
        return merged.resolve(ConfigResolveOptions.noSystem().appendResolver(lookup));
    }
}
