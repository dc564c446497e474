package io.countersign.proxy.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import io.countersign.proxy.config.Layers;
import io.countersign.proxy.limit.Memory;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Reads HOCON, with variables of the environment laid over it and {@code reference.conf} below. Each load reads every file
 * anew.
 */
public final class HoconSource implements ConfigSource {
    private final String name;
    private final Path folder;
    private final Map<String, String> environment;
    private final Function<Layers, Optional<ConfigObject>> written;

    private final Memory memory;
    private volatile OptionalLong lists = OptionalLong.empty();

    private HoconSource(
            String name,
            Path folder,
            Map<String, String> environment,
            Function<Layers, Optional<ConfigObject>> written,
            Memory memory) {
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
        return new HoconSource(file.toString(), folder, environment, layers -> layers.ofFile(file), Memory.ofProcess());
    }

    /** From a text; paths in it are relative to {@code folder}. */
    public static HoconSource text(String hocon, Path folder, Map<String, String> environment) {
        return new HoconSource("text", folder, environment, layers -> layers.ofText(hocon), Memory.ofProcess());
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
        String name = "command line";
        Config config = Layers.settings(settings, name);
        return new HoconSource(
                name, Path.of("").toAbsolutePath(), environment, layers -> layers.over(config), Memory.ofProcess());
    }

    /** The same, for a process with that much memory. */
    HoconSource within(Memory other) {
        return new HoconSource(name, folder, environment, written, other);
    }

    @Override
    public LoadResult load() {
        Layers layers = new Layers(name, folder, environment);
        Optional<ProxyConfig> config = written.apply(layers)
                .flatMap(settings -> new ConfigReader(
                                Layers.reference(), layers.referred(), layers.faults(), name, memory, lists)
                        .read(settings));
        if (config.isEmpty() || layers.faults().any()) {
            return new LoadResult.Faulty(layers.faults().faults(), layers.files());
        }
        if (lists.isEmpty()) {
            // What the other limits were derived from at the start, they count on for as long as the process runs.
            lists = OptionalLong.of(config.get().limits().lists());
        }
        return new LoadResult.Loaded(
                config.get(), layers.files(), layers.faults().warnings());
    }
}
