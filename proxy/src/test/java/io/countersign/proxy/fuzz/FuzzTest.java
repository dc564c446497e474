package io.countersign.proxy.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import io.countersign.testing.Await;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A short run of the fuzzer over each kind of proxy; {@code scripts/verify fuzz} runs longer ones. */
class FuzzTest {
    private static final int KIB = 1 << 10;
    private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());

    /** Of all settings together. Whichever limit comes first ends a setting's run. */
    private static final long REQUESTS = Long.getLong("fuzz.count", 60_000);

    private static final Duration TIME = Duration.ofSeconds(Long.getLong("fuzz.seconds", 24) / 4);

    private static final List<Scenario> SETTINGS = List.of(
            new Scenario("one loop", 1, 64, 256 * KIB, 16 << 20, false, 12),
            new Scenario("two loops over TLS", 2, 64, 256 * KIB, 16 << 20, true, 12),
            new Scenario("two loops, few places, little room", 2, 6, 64 * KIB, 96 * KIB, false, 24),
            new Scenario("four loops, few places, little room", 4, 6, 64 * KIB, 96 * KIB, false, 24));

    @TestFactory
    Stream<DynamicTest> forwardsWhatItAdmitsAndNothingElse() {
        System.out.println("FuzzTest: seed " + SEED);
        return SETTINGS.stream()
                .filter(setting -> setting.name().contains(System.getProperty("fuzz.setting", "")))
                .map(setting -> DynamicTest.dynamicTest(setting.name(), () -> run(setting)));
    }

    private static void run(Scenario setting) {
        // A handshake costs as much as a hundred requests.
        long requests = setting.tls() ? REQUESTS / 10 : REQUESTS * 3 / 10;
        long seed = SEED + SETTINGS.indexOf(setting);
        long buffers = Resources.buffers();
        Campaign campaign = new Campaign(setting);
        try (campaign) {
            campaign.run(seed + SETTINGS.size(), Math.min(requests / 10, 20_000), TIME.dividedBy(4));
            Resources before = campaign.rest();
            long began = System.nanoTime();
            long beganCpu = cpu();
            campaign.run(seed, requests, TIME);
            double seconds = (System.nanoTime() - began) / 1e9;
            double cpu = (cpu() - beganCpu) / 1e9;
            System.out.printf(
                    "FuzzTest: %s: %s; in %.0f s, of CPU %.0f s%n", setting.name(), campaign.tally(), seconds, cpu);
            System.out.print(campaign.violations().report());
            assertEquals(0, campaign.violations().count(), "violations, printed above; seed " + SEED);
            assertTrue(
                    campaign.tally().relayedCount() > campaign.tally().requests() / 4,
                    "too little was forwarded to prove anything: " + campaign.tally());
            System.out.println("FuzzTest: at rest " + before + ", then " + campaign.restAfter(before));
        }
        Await.until("no more buffers than before, " + buffers, () -> Resources.buffers() <= buffers);
    }

    private static long cpu() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
