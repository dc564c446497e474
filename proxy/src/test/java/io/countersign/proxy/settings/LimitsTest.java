package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.limit.LimitsConfig;
import io.countersign.proxy.limit.LimitsReader;
import io.countersign.proxy.limit.Memory;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What follows from the memory there is, and what lists may take of it. */
class LimitsTest {
    private static final long MIB = 1L << 20;
    private static final Memory MIB_256 = new Memory(88 * MIB, 21 * MIB, 104 * MIB, OptionalLong.of(256 * MIB));

    @TempDir
    Path folder;

    @Test
    void oneEventLoopForEachProcessorAndAtMostFour() {
        assertEquals(1, LimitsReader.eventLoops(0, 1));
        assertEquals(3, LimitsReader.eventLoops(0, 3));
        assertEquals(4, LimitsReader.eventLoops(0, 4));
        assertEquals(4, LimitsReader.eventLoops(0, 64));
        assertEquals(16, LimitsReader.eventLoops(16, 2));
    }

    @Test
    void whatIsSetStaysAndTheRestFollows() {
        LimitsConfig free = loaded("").config().limits();
        LimitsConfig set =
                loaded("limits { connections = 33, buffered = 2 MiB }").config().limits();

        assertEquals(33, set.connections());
        assertEquals(2 * MIB, set.buffered());
        assertEquals(2 * MIB / 4 * 3, set.body());
        assertTrue(set.inFlight() >= free.inFlight(), set::toString);
        assertEquals(
                free,
                loaded("limits { connections = auto, in-flight = auto, body = auto, buffered = auto }")
                        .config()
                        .limits());
        assertEquals(List.of(), loaded("").warnings());
    }

    @Test
    void checkWarnsOfLimitsThatRunWouldRefuse() {
        LoadResult.Loaded loaded = loaded("limits { buffered = 1 GiB, in-flight = 5000 }");

        assertEquals(1, loaded.warnings().size());
        String warning = loaded.warnings().get(0).toString();
        assertTrue(warning.contains("(limits): need ") && warning.contains("COUNTERSIGN_JAVA_OPTS=\"-Xmx"), warning);
        assertEquals(
                loaded.warnings().get(0).what(),
                loaded.config().limits().plan().misfit(MIB_256).orElseThrow());
    }

    @Test
    void manyFaultyLinesAreTwentyFaultsAndACount() throws Exception {
        write("deny.list", 50_000, i -> "10.0.0.0." + i);

        List<ConfigFault> faults = faults("access.deny-files = [\"deny.list\"]");
        assertEquals(21, faults.size());
        assertEquals("deny.list:1", faults.get(0).where());
        assertEquals("deny.list:20", faults.get(19).where());
        assertEquals(
                "deny.list: and 49,980 more errors like these", faults.get(20).toString());
    }

    @Test
    void faultsOfEachListAreCountedApart() throws Exception {
        write("one.list", 20, i -> "x");
        write("two.list", 21, i -> "x");

        List<ConfigFault> faults = faults("access.deny-files = [\"one.list\", \"two.list\"]");
        assertEquals(41, faults.size());
        assertEquals("two.list: and 1 more errors like these", faults.get(40).toString());
    }

    @Test
    void aListThatDoesNotFitIsRefusedByCount() throws Exception {
        write("deny.list", 100_000, LimitsTest::address);

        List<ConfigFault> faults = faults("access.deny-files = [\"deny.list\"], limits.lists = 1 MiB");
        assertEquals(1, faults.size());
        assertTrue(
                faults.get(0)
                        .toString()
                        .contains("100,000 IPv4 and 0 IPv6 entries (1,600,000 bytes), with room for 524,288"),
                faults.toString());
        assertEquals(100_000, denied(loaded("access.deny-files = [\"deny.list\"]")));
    }

    @Test
    void whatListsMayTakeIsSettledByTheFirstLoad() throws Exception {
        write("deny.list", 10, LimitsTest::address);
        HoconSource source = source("access.deny-files = [\"deny.list\"]");
        LimitsConfig first = assertInstanceOf(LoadResult.Loaded.class, source.load())
                .config()
                .limits();

        write("deny.list", 200_000, LimitsTest::address);
        LoadResult.Loaded grown = assertInstanceOf(LoadResult.Loaded.class, source.load());
        assertEquals(first, grown.config().limits());
        assertEquals(200_000, denied(grown));

        write("deny.list", (int) (first.lists() / 2 / 16) + 1, LimitsTest::address);
        assertInstanceOf(LoadResult.Faulty.class, source.load());
        // A new process leaves less for bodies.
        LimitsConfig restarted =
                loaded("access.deny-files = [\"deny.list\"]").config().limits();
        assertTrue(restarted.lists() > first.lists() && restarted.buffered() < first.buffered(), restarted::toString);
    }

    @Test
    void aLongCommentIsNoFault() throws Exception {
        try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("deny.list"))) {
            out.write("10.0.0.1 # ");
            for (int i = 0; i < 6000; i++) {
                out.write("x".repeat(10_000));
            }
        }

        assertEquals(1, denied(loaded("access.deny-files = [\"deny.list\"]")));
    }

    @Test
    void manyEntriesInVainAreTwentyWarningsAndACount() throws Exception {
        write("allow.list", 100, LimitsTest::address);

        List<ConfigFault> warnings = loaded("access { allow-files = [\"allow.list\"], deny = [\"10.0.0.0/8\"] }")
                .warnings();
        assertEquals(21, warnings.size());
        assertEquals(
                "text (access.allow): and 80 more warnings like these",
                warnings.get(20).toString());
    }

    @Test
    void aConfigurationOfManyMegabytesIsRefused() throws Exception {
        Files.writeString(folder.resolve("c.conf"), "# " + "x".repeat(2 << 20));

        LoadResult.Faulty faulty = assertInstanceOf(
                LoadResult.Faulty.class,
                HoconSource.file(folder.resolve("c.conf"), Map.of()).load());
        assertTrue(faulty.faults().get(0).what().contains("at most 1048576 are read"), faulty.toString());
    }

    private static String address(int i) {
        return "10." + (i >> 16) + "." + (i >> 8 & 0xff) + "." + (i & 0xff);
    }

    private void write(String name, int lines, IntFunction<String> line) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(folder.resolve(name))) {
            for (int i = 0; i < lines; i++) {
                out.write(line.apply(i));
                out.write('\n');
            }
        }
    }

    private static int denied(LoadResult.Loaded loaded) {
        return loaded.config().access().rules().addresses().deny().size();
    }

    private HoconSource source(String settings) {
        return HoconSource.text(Load.with(settings), folder, Map.of()).within(MIB_256);
    }

    private LoadResult.Loaded loaded(String settings) {
        LoadResult result = source(settings).load();
        return assertInstanceOf(LoadResult.Loaded.class, result, result::toString);
    }

    private List<ConfigFault> faults(String settings) {
        return assertInstanceOf(LoadResult.Faulty.class, source(settings).load())
                .faults();
    }
}
