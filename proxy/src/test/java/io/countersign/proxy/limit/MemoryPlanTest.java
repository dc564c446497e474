package io.countersign.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;
    private static final OptionalLong AUTO = OptionalLong.empty();
    private static final Asked.Message MESSAGE = new Asked.Message(8 << 10, 100, 4);
    private static final Asked ALL_AUTO = new Asked(AUTO, AUTO, AUTO, AUTO, AUTO, MESSAGE);

    /** As jvm.sh divides 256 MiB. */
    private static final Memory MIB_256 = new Memory(88 * MIB, 21 * MIB, 104 * MIB, OptionalLong.of(256 * MIB));

    @Test
    void whatTheStartScriptChoosesFitsWhateverTheMemoryLimit() throws Exception {
        for (int major : new int[] {17, 25}) {
            List<Memory> chosen = chosenByTheScript(major, 64, 4096);
            assertEquals(4096 - 64 + 1, chosen.size());
            for (Memory memory : chosen) {
                MemoryPlan plan = MemoryPlan.of(ALL_AUTO, memory, 0);
                assertEquals(Optional.empty(), plan.misfit(memory), () -> memory + ": " + plan);
                assertTrue(plan.inFlight() >= 4 && plan.connections() >= 16, () -> memory + ": " + plan);
            }
        }
    }

    @Test
    void whatExtensionsTakeIsLeftToThem() throws Exception {
        Aside aside = new Aside(8 << 20, 4 << 20);
        Asked asked = new Asked(AUTO, AUTO, AUTO, AUTO, AUTO, new Asked.Message(8 << 10, 100, 4, Preamble.NONE, aside));
        for (Memory memory : chosenByTheScript(25, 160, 1024)) {
            MemoryPlan plan = MemoryPlan.of(asked, memory, 0);
            assertEquals(Optional.empty(), plan.misfit(memory), () -> memory + ": " + plan);
            MemoryPlan without = MemoryPlan.of(ALL_AUTO, memory, 0);
            assertTrue(
                    plan.buffered() + plan.inFlight() + plan.lists()
                            < without.buffered() + without.inFlight() + without.lists(),
                    () -> memory + ": " + plan + " and " + without);
        }
        assertTrue(new MemoryPlan(16, 4, 1, 1, 1, asked.message()).heap()
                == new MemoryPlan(16, 4, 1, 1, 1, MESSAGE).heap() + aside.heap());
    }

    @Test
    void proxyHeadersAndTlsFitTooAndAreTakenFromTheRest() throws Exception {
        Asked announced =
                new Asked(AUTO, AUTO, AUTO, AUTO, AUTO, new Asked.Message(8 << 10, 100, 4, new Preamble(true, false)));
        for (Memory memory : chosenByTheScript(25, 112, 1024)) {
            MemoryPlan plan = MemoryPlan.of(announced, memory, 0);
            assertEquals(Optional.empty(), plan.misfit(memory), () -> memory + ": " + plan);
            assertTrue(plan.connections() <= MemoryPlan.of(ALL_AUTO, memory, 0).connections(), plan::toString);
        }
        Asked both =
                new Asked(AUTO, AUTO, AUTO, AUTO, AUTO, new Asked.Message(8 << 10, 100, 4, new Preamble(true, true)));
        for (Memory memory : chosenByTheScript(25, 128, 1024)) {
            MemoryPlan plan = MemoryPlan.of(both, memory, 0);
            assertEquals(Optional.empty(), plan.misfit(memory), () -> memory + ": " + plan);
        }
        assertTrue(MemoryPlan.of(both, MIB_256, 0).buffered()
                < MemoryPlan.of(announced, MIB_256, 0).buffered());
        assertTrue(MemoryPlan.of(announced, MIB_256, 0).connections()
                < MemoryPlan.of(ALL_AUTO, MIB_256, 0).connections());
    }

    @Test
    void theManualShowsWhatFollowsFromEachMemoryLimit() throws Exception {
        List<String> shown = Files.readAllLines(Path.of("../docs/CONFIGURATION.md")).stream()
                .filter(line -> line.matches("\\| \\d+ [MG]iB\\b.*"))
                .toList();

        assertEquals(7, shown.size(), shown::toString);
        for (String row : shown) {
            List<String> cells = Stream.of(row.split("\\|")).map(String::strip).toList();
            Matcher limit = Pattern.compile("(\\d+) ([MG])iB.*").matcher(cells.get(1));
            assertTrue(limit.matches(), row);
            int mib = Integer.parseInt(limit.group(1)) * (limit.group(2).equals("G") ? 1024 : 1);
            MemoryPlan plan =
                    MemoryPlan.of(ALL_AUTO, chosenByTheScript(25, mib, mib).get(0), 0);
            String derived = plan.toString().replaceFirst(", body [^,]*", "");
            assertEquals(
                    derived,
                    "connections " + cells.get(2) + ", in-flight " + cells.get(3) + ", buffered " + cells.get(4)
                            + ", lists " + cells.get(5),
                    row);
        }
    }

    @Test
    void limitsGrowWithTheMemoryLimit() throws Exception {
        MemoryPlan before = null;
        for (int limit : new int[] {96, 128, 160, 256, 512, 1024, 2048}) {
            Memory memory = chosenByTheScript(25, limit, limit).get(0);
            MemoryPlan plan = MemoryPlan.of(ALL_AUTO, memory, 0);
            assertTrue(
                    before == null
                            || (plan.connections() >= before.connections()
                                    && plan.inFlight() >= before.inFlight()
                                    && plan.buffered() > before.buffered()
                                    && plan.lists() >= before.lists()),
                    before + ", then " + plan);
            before = plan;
        }
    }

    @Test
    void aHundredThousandEntriesFit128MibAndAMillionFit512() throws Exception {
        Memory small = chosenByTheScript(25, 128, 128).get(0);
        Memory large = chosenByTheScript(25, 512, 512).get(0);

        assertTrue(MemoryPlan.roomForLists(ALL_AUTO, small) >= 100_000L * 40, "IPv6, at start");
        assertTrue(MemoryPlan.roomForLists(ALL_AUTO, large) >= 1_000_000L * 40, "IPv6, at start");
        assertTrue(MemoryPlan.of(ALL_AUTO, small, 0).lists() / 2 >= 100_000L * 16, "IPv4, while it runs");
        assertTrue(MemoryPlan.of(ALL_AUTO, large, 0).lists() / 2 >= 1_000_000L * 16, "IPv4, while it runs");
        for (Memory memory : List.of(small, large)) {
            long room = MemoryPlan.roomForLists(ALL_AUTO, memory);
            MemoryPlan plan = MemoryPlan.of(ALL_AUTO, memory, room);
            assertEquals(Optional.empty(), plan.misfit(memory), plan::toString);
            assertTrue(plan.lists() >= 2 * room - 2, plan::toString);
        }
    }

    @Test
    void whatIsAskedForIsTakenFromTheRest() {
        MemoryPlan free = MemoryPlan.of(ALL_AUTO, MIB_256, 0);
        Asked asked = new Asked(OptionalLong.of(300), OptionalLong.of(10), AUTO, AUTO, AUTO, MESSAGE);
        MemoryPlan plan = MemoryPlan.of(asked, MIB_256, 0);

        assertEquals(300, free.connections() > 300 ? 0 : plan.connections());
        assertEquals(10, plan.inFlight());
        assertTrue(plan.buffered() != free.buffered());
        assertEquals(10 * MIB, free.body());
    }

    /** Clients that are turned away and the admin port's are there when everything else is: none of them is for free. */
    @Test
    void connectionsThatAreNotServedAreCounted() {
        SideConnections few = new SideConnections(16);
        SideConnections many = new SideConnections(100_000);
        assertEquals(List.of(2, 8, 2), List.of(few.turnedAway(), few.admin(), few.adminPages()));
        assertEquals(List.of(64, 128, 16), List.of(many.turnedAway(), many.admin(), many.adminPages()));

        MemoryPlan plan = new MemoryPlan(1024, 0, 0, 0, 0, MESSAGE);
        MemoryPlan idle = new MemoryPlan(0, 0, 0, 0, 0, MESSAGE);
        // A denied client's head, and an admin connection's part of one, are held at the same time as all the others'.
        long heads = 64 * (8 * KIB + 100 * 144);
        assertTrue(plan.heap() - idle.heap() >= 1024 * (8 * KIB + 100 * 144 + 4 * KIB) + heads);
        // Sockets are what counts here: 64 KiB to read and 128 KiB to write for each that is served.
        long sockets = 1024 * 2 * (32 + 64) * KIB + 2 * 64 * 2 * 32 * KIB + 128 * 2 * 16 * KIB + 16 * 2 * 16 * KIB;
        assertTrue(plan.direct() >= sockets / 2, plan.direct() / KIB + " KiB");
    }

    @Test
    void aBodyLeavesAQuarterToSmallOnes() {
        Asked asked = new Asked(AUTO, AUTO, AUTO, OptionalLong.of(3 * MIB), AUTO, MESSAGE);

        // Large bodies have three quarters to themselves.
        assertEquals(3 * MIB / 4 * 3, MemoryPlan.of(asked, MIB_256, 0).body());
    }

    @Test
    void largerHeadsLeaveRoomForFewerConnections() {
        Asked asked = new Asked(AUTO, AUTO, AUTO, AUTO, AUTO, new Asked.Message(64 << 10, 1000, 4));
        MemoryPlan plan = MemoryPlan.of(asked, MIB_256, 0);

        assertEquals(Optional.empty(), plan.misfit(MIB_256), plan::toString);
        assertTrue(plan.connections() < MemoryPlan.of(ALL_AUTO, MIB_256, 0).connections(), plan::toString);
    }

    @Test
    void limitsThatAnEarlierLoadSettledStayAsTheyAre() {
        MemoryPlan first = MemoryPlan.of(ALL_AUTO, MIB_256, 5 * MIB);

        assertEquals(first, MemoryPlan.withLists(ALL_AUTO, MIB_256, first.lists()));
    }

    @Test
    void refusesWhatWasAskedForAndDoesNotFitWithTheOptionsThatItNeeds() {
        Asked asked = new Asked(AUTO, AUTO, AUTO, OptionalLong.of(256 * MIB), AUTO, MESSAGE);
        Memory unlimited = new Memory(88 * MIB, 21 * MIB, 104 * MIB, AUTO);
        MemoryPlan plan = MemoryPlan.of(asked, unlimited, 0);

        String misfit = plan.misfit(unlimited).orElseThrow();
        assertTrue(misfit.contains("COUNTERSIGN_JAVA_OPTS=\"-Xmx"), misfit);
        long heap = number(misfit, "-Xmx");
        long direct = number(misfit, "-XX:MaxDirectMemorySize=");
        // An eighth of the young generation is only copied into, and not counted by the JVM itself.
        long young = Math.min(64, 8 + (heap - 88) / 8);
        Memory enough = new Memory(heap * MIB - young * MIB / 8, direct * MIB, 104 * MIB, AUTO);
        assertEquals(Optional.empty(), MemoryPlan.of(asked, enough, 0).misfit(enough), misfit);
        Memory tooLittle = new Memory((heap - 4) * MIB - young * MIB / 8, direct * MIB, 104 * MIB, AUTO);
        assertTrue(plan.misfit(tooLittle).isPresent(), misfit);
    }

    @Test
    void namesTheMemoryLimitThatIsNeeded() {
        Asked asked = new Asked(OptionalLong.of(5000), AUTO, AUTO, AUTO, AUTO, MESSAGE);
        String misfit = MemoryPlan.of(asked, MIB_256, 0).misfit(MIB_256).orElseThrow();

        long sum = number(misfit, "-Xmx") + 3 * number(misfit, "-XX:MaxDirectMemorySize=") + 104;
        assertTrue(misfit.endsWith("and a memory limit of " + sum + " MiB"), misfit);
    }

    @Test
    void refusesAJvmThatMayOutgrowItsMemoryLimit() {
        Memory fits = new Memory(88 * MIB, 21 * MIB, 104 * MIB, OptionalLong.of((88 + 3 * 21 + 104) * MIB));
        Memory outgrows = new Memory(88 * MIB, 21 * MIB, 104 * MIB, OptionalLong.of((88 + 3 * 21 + 104) * MIB - 1));
        MemoryPlan plan = MemoryPlan.of(ALL_AUTO, fits, 0);

        assertEquals(Optional.empty(), plan.misfit(fits));
        String misfit = plan.misfit(outgrows).orElseThrow();
        assertTrue(misfit.contains("may grow to 255 MiB") && misfit.contains("COUNTERSIGN_JAVA_OPTS"), misfit);
    }

    @Test
    void warnsOfAMemoryLimitThatIsTooSmallForTheJvm() {
        assertTrue(MemoryPlan.warning(new Memory(18 * MIB, 4 * MIB, 66 * MIB, OptionalLong.of(95 * MIB)))
                .isPresent());
        assertEquals(
                Optional.empty(),
                MemoryPlan.warning(new Memory(18 * MIB, 4 * MIB, 66 * MIB, OptionalLong.of(96 * MIB))));
        assertEquals(Optional.empty(), MemoryPlan.warning(new Memory(18 * MIB, 4 * MIB, 66 * MIB, AUTO)));
    }

    /** The script's and Heap's are one rule: what is taken for usable is never more than what is not young, and hardly less. */
    @Test
    void theYoungGenerationIsThatOfTheScript() throws Exception {
        for (String line : plannedByTheScript(25, 64, 4096)) {
            String[] mib = line.split(" ", -1);
            long heap = Long.parseLong(mib[0]) * MIB;
            long young = Long.parseLong(mib[1]) * MIB;
            long usable = Heap.usable(heap - young / 8);
            assertTrue(usable <= heap - young, line);
            assertTrue(usable >= heap - young - young / 8 - 2 * MIB, line);
        }
    }

    private static long number(String text, String after) {
        String rest = text.substring(text.indexOf(after) + after.length());
        return Long.parseLong(rest.substring(0, rest.indexOf('m')));
    }

    /** One process for all limits: the script's own function, in MiB. */
    private static List<String> plannedByTheScript(int major, int from, int to) throws IOException {
        Path script = Path.of("../scripts/jvm.sh").toAbsolutePath().normalize();
        String loop = "source " + script + "; for ((l = " + from + "; l <= " + to + "; l++)); do memory_plan " + major
                + " $l; echo $heap_mib $young_mib $direct_mib $outside_mib $l; done";
        Process process = new ProcessBuilder("bash", "-euc", loop)
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    private static List<Memory> chosenByTheScript(int major, int from, int to) throws IOException {
        List<Memory> chosen = new ArrayList<>();
        for (String line : plannedByTheScript(major, from, to)) {
            String[] mib = line.split(" ", -1);
            assertEquals(5, mib.length, line);
            // Half of what a copying collection leaves of its generation, an eighth of it, the JVM does not count.
            long heap = Long.parseLong(mib[0]) * MIB - Long.parseLong(mib[1]) * MIB / 8;
            chosen.add(new Memory(
                    heap,
                    Long.parseLong(mib[2]) * MIB,
                    Long.parseLong(mib[3]) * MIB,
                    OptionalLong.of(Long.parseLong(mib[4]) * MIB)));
        }
        return chosen;
    }
}
