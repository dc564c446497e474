package io.countersign.proxy.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import io.countersign.proxy.limit.Memory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Reads HOCON, with variables of the environment laid over it and {@code reference.conf} below. Each load reads every file
 * anew.
 */
public final class HoconSource implements ConfigSource {
    private static final String ROOT = "countersign";

    private final String name;
    private final Path folder;
    private final Map<String, String> environment;
    private final Function<HoconParser, Config> text;

    private final Memory memory;
    private volatile OptionalLong lists = OptionalLong.empty();

    private HoconSource(
            String name,
            Path folder,
            Map<String, String> environment,
            Function<HoconParser, Config> text,
            Memory memory) {
        this.name = name;
        this.memory = memory;
        this.folder = folder;
        this.environment = Map.copyOf(environment);
        this.text = text;
    }

    /**
     * From a file; faults name it as {@code file} was written.
     *
     * @param environment the process's variables
     */
    public static HoconSource file(Path file, Map<String, String> environment) {
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file.toAbsolutePath());
        String name = file.toString();
        return new HoconSource(
                name, folder, environment, parser -> parser.file(file, name, "configuration"), Memory.ofProcess());
    }

    /** From a text; paths in it are relative to {@code folder}. */
    public static HoconSource text(String hocon, Path folder, Map<String, String> environment) {
        return new HoconSource(
                "text", folder, environment, parser -> parser.text(hocon, "text", folder), Memory.ofProcess());
    }

    /** One route for everything, and callers on loopback alone: no file is needed. */
    public static HoconSource upstream(
            String url,
            Optional<String> listen,
            Optional<String> admin,
            Optional<String> region,
            Optional<String> service,
            Map<String, String> environment) {
        Map<String, Object> route = new HashMap<>(Map.of("upstream", url));
        region.ifPresent(value -> route.put("region", value));
        service.ifPresent(value -> route.put("service", value));
        Map<String, Object> settings = new HashMap<>(Map.of("routes", Map.of("default", route)));
        listen.ifPresent(bind -> settings.put("listeners", List.of(Map.of("bind", bind))));
        admin.ifPresent(bind -> settings.put("admin", Map.of("bind", bind)));
        Config config = ConfigValueFactory.fromMap(Map.of(ROOT, settings), "command line")
                .toConfig();
        return new HoconSource(
                "command line", Path.of("").toAbsolutePath(), environment, parser -> config, Memory.ofProcess());
    }

    /** The same, for a process with that much memory. */
    HoconSource within(Memory other) {
        return new HoconSource(name, folder, environment, text, other);
    }

    @Override
    public LoadResult load() {
        Faults faults = new Faults();
        FileReader reader = new FileReader(faults);
        HoconParser parser = new HoconParser(reader, faults, folder);
        Optional<ProxyConfig> config = read(parser, new ReferredFiles(reader, parser), faults);
        return config.isPresent() && !faults.any()
                ? new LoadResult.Loaded(config.get(), reader.files(), faults.warnings())
                : new LoadResult.Faulty(faults.faults(), reader.files());
    }

    private Optional<ProxyConfig> read(HoconParser parser, ReferredFiles referred, Faults faults) {
        Config written = text.apply(parser);
        if (faults.any()) {
            // Half a file would only bring faults of what the other half sets.
            return Optional.empty();
        }
        rejectOtherRoots(written.root(), faults);
        Config overlay = new EnvironmentOverlay(parser, folder, faults).of(environment, written);
        Config reference = reference();
        Config merged = overlay.withFallback(written).withFallback(reference);
        Substitutions substitutions = new Substitutions(merged, environment);
        Config resolved = substitutions.resolve(faults);
        if (resolved == null) {
            return Optional.empty();
        }
        Config whole = new UnsetVariables(merged.root(), resolved, faults).report(substitutions.marked(faults));
        if (!(whole.root().get(ROOT) instanceof ConfigObject settings)) {
            faults.add(name, "countersign is no object; write countersign { ... }");
            return Optional.empty();
        }
        ConfigObject known = new NullValues(faults, name).report(settings);
        if (known.values().stream().anyMatch(value -> Substitutions.MISSING.equals(value.unwrapped()))) {
            // A whole section is missing, which would only bring faults of what refers to it.
            return Optional.empty();
        }
        ConfigObject current = new RenamedKeys(faults, name).current(known);
        Optional<ProxyConfig> config =
                new ConfigReader(reference.resolve(), referred, faults, name, memory, lists).read(current);
        if (config.isPresent() && !faults.any() && lists.isEmpty()) {
            // What the other limits were derived from at the start, they count on for as long as the process runs.
            lists = OptionalLong.of(config.get().limits().lists());
        }
        return config;
    }

    private void rejectOtherRoots(ConfigObject root, Faults faults) {
        for (String key : root.keySet().stream().sorted().toList()) {
            if (!key.equals(ROOT)) {
                String hint = NearestKey.of(key, List.of(ROOT)).isPresent()
                        ? "; did you mean \"countersign\"?"
                        : "; every setting stands within countersign { ... }";
                faults.add(
                        Origins.text(Origins.of(root.get(key)), name) + " (" + ConfigUtil.joinPath(key) + ")",
                        "is no known setting" + hint);
            }
        }
    }

    /** From our own jar; it holds no variables, so nothing of the environment gets in this way. */
    static Config reference() {
        try (InputStream in = HoconSource.class.getResourceAsStream("/" + Origins.REFERENCE)) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return ConfigFactory.parseString(
                    text, ConfigParseOptions.defaults().setOriginDescription(Origins.REFERENCE));
        } catch (IOException e) {
            throw new UncheckedIOException("our own jar cannot be read", e);
        }
    }
}
