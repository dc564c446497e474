package io.countersign.proxy;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.admission.Snapshot;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** A snapshot of a configuration that a test writes down, without anything that listens. */
public final class CompiledSnapshot implements AutoCloseable {
    private final SnapshotFactory factory =
            new SnapshotFactory(Clock.systemUTC(), Environment.ofProcess(), config -> List.of());
    private final Snapshot snapshot;

    /** @param hocon what stands within {@code countersign { }} */
    public CompiledSnapshot(String hocon) throws StartFailure {
        LoadResult loaded = HoconSource.text(
                        "countersign {\n" + hocon + "\n}", Path.of("").toAbsolutePath(), Map.of())
                .load();
        assertTrue(loaded instanceof LoadResult.Loaded, loaded::toString);
        snapshot = factory.compile(((LoadResult.Loaded) loaded).config());
    }

    public Snapshot get() {
        return snapshot;
    }

    @Override
    public void close() {
        factory.close();
    }
}
