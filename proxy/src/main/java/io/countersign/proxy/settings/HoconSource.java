package io.countersign.proxy.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import io.countersign.proxy.access.ListCopies;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.config.CoreSettings;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.config.Faults;
import io.countersign.proxy.config.FurtherKeys;
import io.countersign.proxy.config.KnownKeys;
import io.countersign.proxy.config.Layers;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.egress.EgressReader;
import io.countersign.proxy.limit.Aside;
import io.countersign.proxy.limit.Memory;
import io.countersign.proxy.route.RouteConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Reads HOCON, or YAML from a file whose name says so, with environment variables laid over it and {@code reference.conf}
 * below. Each load reads every file again.
 */
public final class HoconSource implements ConfigSource {
    private final String name;
    private final Path folder;
    private final Map<String, String> environment;
    private final Function<Layers, Optional<ConfigObject>> written;

    private final Memory memory;
    private final Reading reading;
    private volatile OptionalLong lists = OptionalLong.empty();

    /**
     * How to read.
     *
     * @param unknown {@link UnknownKeys#ERROR} refuses all unknown settings, whatever the configuration says of them
     * @param further read the settings that are not the core's
     * @param advice warnings about what was read, each with the path of a setting as its place
     * @param clock says which entries of lists have ended
     */
    private record Reading(
            UnknownKeys unknown,
            List<FurtherSettings> further,
            Function<ProxyConfig, List<ConfigFault>> advice,
            Clock clock) {
        static Reading usual() {
            return new Reading(UnknownKeys.WARN, FurtherSettings.installed(), ConfigWarnings::of, Clock.systemUTC());
        }
    }

    private HoconSource(
            String name,
            Path folder,
            Map<String, String> environment,
            Function<Layers, Optional<ConfigObject>> written,
            Memory memory,
            Reading reading) {
        this.reading = reading;
        this.name = name;
        this.memory = memory;
        this.folder = folder;
        this.environment = Map.copyOf(environment);
        this.written = written;
    }

    /**
     * From a file; faults name it as {@code file} was written.
     *
     * @param environment the process's variables
     */
    public static HoconSource file(Path file, Map<String, String> environment) {
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file.toAbsolutePath());
        return new HoconSource(
                file.toString(),
                folder,
                environment,
                layers -> layers.ofFile(file),
                Memory.ofProcess(),
                Reading.usual());
    }

    /** From a text; paths in it are relative to {@code folder}. */
    public static HoconSource text(String hocon, Path folder, Map<String, String> environment) {
        return new HoconSource(
                "text", folder, environment, layers -> layers.ofText(hocon), Memory.ofProcess(), Reading.usual());
    }

    /** One route for everything, and callers on loopback only, without a file. */
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
        String name = "command line";
        Config config = Layers.settings(settings, name);
        return new HoconSource(
                name,
                Path.of("").toAbsolutePath(),
                environment,
                layers -> layers.over(config),
                Memory.ofProcess(),
                Reading.usual());
    }

    /** The same, for a process with that much memory. */
    HoconSource within(Memory other) {
        return new HoconSource(name, folder, environment, written, other, reading);
    }

    /** The same, by another clock. */
    HoconSource by(Clock clock) {
        Reading other = new Reading(reading.unknown(), reading.further(), reading.advice(), clock);
        return new HoconSource(name, folder, environment, written, memory, other);
    }

    /** The same, with every unknown setting refused. */
    public HoconSource strict() {
        return strict(config -> List.of());
    }

    /**
     * The same, for a check before anything runs.
     *
     * @param advice further warnings about what was read, each with the path of a setting, such as
     *     {@code routes.m.region}, in place of its file and line
     */
    public HoconSource strict(Function<ProxyConfig, List<ConfigFault>> advice) {
        Reading strict = new Reading(
                UnknownKeys.ERROR,
                reading.further(),
                config -> Stream.concat(reading.advice().apply(config).stream(), advice.apply(config).stream())
                        .toList(),
                reading.clock());
        return new HoconSource(name, folder, environment, written, memory, strict);
    }

    /** The same, with these further settings in place of those that are installed. */
    public HoconSource with(List<FurtherSettings> further) {
        Reading other = new Reading(reading.unknown(), List.copyOf(further), reading.advice(), reading.clock());
        return new HoconSource(name, folder, environment, written, memory, other);
    }

    @Override
    public LoadResult load() {
        return load(ListCopies.NONE);
    }

    @Override
    public LoadResult load(ListCopies copies) {
        Layers layers = new Layers(name, folder, environment, furtherKeys());
        Optional<ProxyConfig> config = written.apply(layers).flatMap(settings -> read(settings, layers, copies));
        if (config.isEmpty() || layers.faults().any()) {
            return new LoadResult.Faulty(withMisspellings(layers.faults()), layers.files());
        }
        if (lists.isEmpty() && config.get().access().remote().missing().isEmpty()) {
            // What the other limits were derived from at the start, they count on for as long as the process runs.
            lists = OptionalLong.of(config.get().limits().lists());
        }
        return new LoadResult.Loaded(
                config.get(), layers.files(), layers.faults().warnings());
    }

    /** With the names that look misspelt, which alone would only be warned of: one may be the reason why a setting is missing. */
    private static List<ConfigFault> withMisspellings(Faults faults) {
        return Stream.concat(
                        faults.faults().stream(),
                        faults.warnings().stream()
                                .filter(warning -> warning.what().contains("unknown setting; did you mean")))
                .toList();
    }

    /** The same under another name, which faults of the text itself are reported by. */
    public HoconSource named(String other) {
        return new HoconSource(other, folder, environment, written, memory, reading);
    }

    /**
     * Which of its settings another version does not know; to be asked of a configuration that loads.
     *
     * @param version such as {@code 0.1.0}
     */
    public List<ConfigFault> unknownTo(String version, KnownKeys itsKeys) {
        Layers layers = new Layers(name, folder, environment, furtherKeys());
        return written.apply(layers).isEmpty() ? List.of() : layers.unknownTo(version, itsKeys);
    }

    /** Which settings this build knows, with those of installed extensions. */
    public static KnownKeys known() {
        return KnownKeys.of(FurtherSettings.installed().stream()
                .map(FurtherSettings::keys)
                .reduce(FurtherKeys.NONE, FurtherKeys::and));
    }

    private FurtherKeys furtherKeys() {
        return reading.further().stream()
                .map(FurtherSettings::keys)
                .reduce(FurtherKeys::and)
                .orElseGet(GatewaySettings::keys);
    }

    private Optional<ProxyConfig> read(ConfigObject settings, Layers layers, ListCopies copies) {
        if (reading.further().isEmpty()) {
            new GatewaySettings(layers.faults(), name).report(settings);
        }
        Surroundings surroundings = surroundings(settings, layers, copies);
        Optional<ProxyConfig> config = new ConfigReader(layers, name, surroundings, reading.unknown())
                .read(CoreSettings.of(settings, furtherKeys()), routes -> hash(settings, routes), reading.advice());
        UnknownKeys unknown =
                ConfigReader.unknownKeys(new Section("", settings, name, new Faults()), reading.unknown());
        for (FurtherSettings further : reading.further()) {
            // Asked after a fault of the core's as well, so that all faults are reported at once.
            config = further.read(new FurtherSettings.Load(
                    settings, config, layers.referred(), layers.faults(), unknown, process(surroundings), name));
        }
        return config;
    }

    private String hash(ConfigObject settings, List<RouteConfig> routes) {
        return ConfigHash.of(ActingSettings.of(settings, furtherKeys(), routes));
    }

    private static FurtherSettings.ProcessSettings process(Surroundings surroundings) {
        return new FurtherSettings.ProcessSettings(surroundings.clock(), surroundings.egress());
    }

    private Surroundings surroundings(ConfigObject settings, Layers layers, ListCopies copies) {
        Aside aside = reading.further().stream()
                .map(further -> further.aside(settings))
                .reduce(Aside.NONE, Aside::and);
        Environment process = Environment.of(environment);
        return new Surroundings(
                memory, aside, lists, reading.clock(), copies, process, new EgressReader(layers.referred(), process));
    }
}
