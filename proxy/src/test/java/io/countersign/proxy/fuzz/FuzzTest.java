package io.countersign.proxy.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A short run of the fuzzer over each kind of proxy; {@code scripts/verify fuzz} runs longer ones. */
class FuzzTest {
    private static final int KIB = 1 << 10;
    private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());

    /** Of each setting: whichever limit comes first ends it. */
    private static final long REQUESTS = Long.getLong("fuzz.count", 40_000) / 4;

    private static final Duration TIME = Duration.ofSeconds(Long.getLong("fuzz.seconds", 48) / 4);

    private static final List<Setting> SETTINGS = List.of(
            new Setting("one loop", 1, 64, 256 * KIB, 16 << 20, false, 12),
            new Setting("two loops over TLS", 2, 64, 256 * KIB, 16 << 20, true, 12),
            new Setting("two loops, few places, little room", 2, 2, 64 * KIB, 96 * KIB, false, 16),
            new Setting("four loops, few places, little room", 4, 3, 64 * KIB, 96 * KIB, false, 16));

    @TestFactory
    Stream<DynamicTest> forwardsWhatItAdmitsAndNothingElse() {
        System.out.println("FuzzTest: seed " + SEED);
        return SETTINGS.stream().map(setting -> DynamicTest.dynamicTest(setting.name(), () -> run(setting)));
    }

    private static void run(Setting setting) {
        long buffers = Resources.buffers();
        Campaign campaign = new Campaign(setting);
        try (campaign) {
            campaign.run(SEED + 1, REQUESTS / 10, TIME);
            Resources before = campaign.rest();
            long began = System.nanoTime();
            campaign.run(SEED, REQUESTS, TIME);
            double seconds = (System.nanoTime() - began) / 1e9;
            Resources after = campaign.rest();
            System.out.printf("FuzzTest: %s: %s; %.0f s; %s, then %s%n", setting.name(), campaign.tally(), seconds, before, after);
            System.out.print(campaign.violations().report());
            assertEquals(0, campaign.violations().count(), "violations, listed above; seed " + SEED);
            assertTrue(
                    campaign.tally().relayedCount() > campaign.tally().requests() / 4,
                    "most requests are to be forwarded: " + campaign.tally());
            assertTrue(after.sockets() <= before.sockets(), "sockets: " + before + ", then " + after);
            assertTrue(after.threads() <= before.threads(), "threads: " + before + ", then " + after);
            assertTrue(
                    after.heap() <= before.heap() + Resources.HEAP_TOLERANCE, "heap: " + before + ", then " + after);
        }
        System.out.println("FuzzTest: buffers " + buffers + ", then " + Resources.buffers());
    }
}
