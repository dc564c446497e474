package io.countersign.proxy.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One load: what an operator wrote, with variables of the environment laid over it and {@code reference.conf} below, resolved
 * to one object. Every file is read anew.
 */
public final class Layers {
    /** Everything that an operator writes is in it. */
    private static final String ROOT = "countersign";

    private final String name;
    private final Path folder;
    private final Map<String, String> environment;
    private final Faults faults = new Faults();
    private final FileReader reader = new FileReader(faults);
    private final HoconParser parser;
    private final EnvironmentOverlay overlay;
    private ConfigObject asWritten = ConfigFactory.empty().root();

    /**
     * Begins a load.
     *
     * @param name of the configuration, for faults of what was not written anywhere
     * @param folder that paths in variables and texts are relative to
     * @param environment the process's variables
     * @param further settings that another part of the program reads
     */
    public Layers(String name, Path folder, Map<String, String> environment, FurtherKeys further) {
        this.name = name;
        this.folder = folder;
        this.environment = environment;
        parser = new HoconParser(reader, faults, folder);
        overlay = new EnvironmentOverlay(parser, folder, faults, further);
    }

    /** Everything found wrong so far. */
    public Faults faults() {
        return faults;
    }

    /** The files that settings name. */
    public ReferredFiles referred() {
        return new ReferredFiles(reader, parser, name);
    }

    /** Every file that was read or looked for. */
    public Set<Path> files() {
        return reader.files();
    }

    /** The settings, with a file as what was written; empty after a fault that hides others. */
    public Optional<ConfigObject> ofFile(Path file) {
        return over(parser.file(file, name, "configuration"));
    }

    /** The same with a text in HOCON. */
    public Optional<ConfigObject> ofText(String hocon) {
        return over(parser.text(hocon, name, folder));
    }

    /** The same with settings that somebody put together. */
    public Optional<ConfigObject> over(Config written) {
        if (faults.any()) {
            // Half a file would only bring faults of what the other half sets.
            return Optional.empty();
        }
        rejectOtherRoots(written.root());
        Config asked = overlay.of(environment, written).withFallback(written);
        Config merged = asked.withFallback(Reference.read());
        Substitutions substitutions = new Substitutions(merged, environment);
        Config resolved = substitutions.resolve(faults);
        if (resolved == null) {
            return Optional.empty();
        }
        Config whole = new UnsetVariables(asked.root(), resolved, faults).report(substitutions.marked(faults));
        if (!(whole.root().get(ROOT) instanceof ConfigObject settings)) {
            faults.add(name, "countersign is not an object; write countersign { ... }");
            return Optional.empty();
        }
        ConfigObject known = new NullValues(faults, name).report(settings);
        if (known.values().stream().anyMatch(value -> Substitutions.MISSING.equals(value.unwrapped()))) {
            // A whole section is missing, which would only bring faults of what refers to it.
            return Optional.empty();
        }
        asWritten = known;
        return Optional.of(new RenamedKeys(faults, name).current(known));
    }

    /**
     * What of a load that brought settings another version does not know.
     *
     * @param version such as {@code 0.1.0}
     */
    public List<ConfigFault> unknownTo(String version, KnownKeys itsKeys) {
        return itsKeys.unknown(asWritten, version, name);
    }

    /** Reports the variables that name no setting. */
    public void rejectUnknownVariables(UnknownKeys unknown) {
        overlay.unknown().forEach(variable -> unknown.found(variable, faults));
    }

    private void rejectOtherRoots(ConfigObject root) {
        for (String key : root.keySet().stream().sorted().toList()) {
            if (!key.equals(ROOT)) {
                String hint = NearestKey.of(key, List.of(ROOT)).isPresent()
                        ? "; did you mean \"countersign\"?"
                        : "; every setting belongs in countersign { ... }";
                faults.add(
                        Origins.text(Origins.of(root.get(key)), name) + " (" + ConfigUtil.joinPath(key) + ")",
                        "unknown setting" + hint);
            }
        }
    }

    /** Settings within {@code countersign}, as if they had been written. */
    public static Config settings(Map<String, Object> settings, String name) {
        return ConfigValueFactory.fromMap(Map.of(ROOT, settings), name).toConfig();
    }
}
