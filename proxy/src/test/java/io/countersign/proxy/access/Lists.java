package io.countersign.proxy.access;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Lists for tests, from streams. */
final class Lists {
    private Lists() {}

    static IpListBuilder builder(long room, BiConsumer<String, String> faults) {
        return builder(new ListRoom(room), faults);
    }

    static IpListBuilder builder(ListRoom room, BiConsumer<String, String> faults) {
        return builder(room, Clock.systemUTC(), faults);
    }

    static IpListBuilder builder(ListRoom room, Clock clock, BiConsumer<String, String> faults) {
        return new IpListBuilder(room, clock, (file, where, reader) -> fail("opens " + file), faults);
    }

    static void read(IpListBuilder builder, String name, InputStream in) throws IOException {
        builder.read(new ListFile(name, Path.of(name)), in);
    }

    static CompiledIpRules rules(IpList allow, IpList deny, Clock clock) {
        return new CompiledIpRules(Optional.of(allow), deny, AccessMode.ENFORCE, clock);
    }

    static CompiledIpRules rules(Optional<IpList> allow, IpList deny) {
        return new CompiledIpRules(allow, deny, AccessMode.ENFORCE, Clock.systemUTC());
    }
}
