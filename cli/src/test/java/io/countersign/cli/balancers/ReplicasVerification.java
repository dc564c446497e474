package io.countersign.cli.balancers;

import io.countersign.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All that can become of replicas and Redis, in an order by chance. Too long for a test run: {@code scripts/verify replicas} runs it. */
@Timeout(3600)
class ReplicasVerification {
    private static final int ROUNDS = Integer.getInteger("replicas.rounds", 3);
    private static final long SEED = Long.getLong("replicas.seed", System.nanoTime() % 1_000_000);

    @TempDir
    Path folder;

    /** Something that happens to a fleet of two, and leaves one of two. */
    private record Event(String name, Course course) {}

    private interface Course {
        void run(Fleet fleet) throws Exception;
    }

    private static final List<Event> EVENTS = List.of(
            new Event("one replica is killed and comes back", fleet -> {
                fleet.replica(0).kill();
                fleet.deliver(100);
                fleet.replica(0).start();
            }),
            new Event("one replica drains and comes back", fleet -> {
                fleet.replica(1).drain();
                fleet.deliver(100);
                fleet.replica(1).start();
            }),
            new Event("all replicas are replaced, one after the other", fleet -> {
                fleet.replica(2).start();
                fleet.replica(0).drain();
                fleet.replica(0).start();
                fleet.replica(1).drain();
                fleet.replica(1).start();
                fleet.replica(2).drain();
            }),
            new Event("a third replica comes and goes", fleet -> {
                fleet.replica(2).start();
                fleet.deliver(100);
                fleet.replica(2).kill();
            }),
            new Event("Redis is killed and comes back empty", fleet -> {
                fleet.killRedis();
                awaitSharing(fleet, false);
                fleet.deliver(100);
                fleet.startRedis();
                awaitSharing(fleet, true);
            }),
            new Event("Redis answers nothing for a while", fleet -> {
                fleet.pauseRedis();
                awaitSharing(fleet, false);
                fleet.deliver(100);
                fleet.resumeRedis();
                awaitSharing(fleet, true);
            }),
            new Event("Redis is away while a replica is killed and starts", fleet -> {
                fleet.killRedis();
                fleet.replica(1).kill();
                fleet.deliver(30);
                fleet.replica(1).start();
                fleet.deliver(100);
                fleet.startRedis();
                awaitSharing(fleet, true);
            }));

    private static void awaitSharing(Fleet fleet, boolean shared) {
        Await.until(
                shared ? "both to share" : "both to count alone",
                () -> fleet.replica(0).shares() == shared && fleet.replica(1).shares() == shared);
    }

    @Test
    void losesNothingAndKeepsTheQuotaWhateverHappens() throws Exception {
        System.out.println("replicas: seed " + SEED);
        Random random = new Random(SEED);
        try (Fleet fleet = new Fleet(folder)) {
            fleet.start(2);
            for (int round = 0; round < ROUNDS; round++) {
                List<Event> events = new ArrayList<>(EVENTS);
                Collections.shuffle(events, random);
                for (Event event : events) {
                    fleet.deliver(100);
                    System.out.println("replicas: " + event.name);
                    long start = System.nanoTime();
                    event.course.run(fleet);
                    System.out.println("replicas: after "
                            + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms: "
                            + fleet.assertTheQuotaIsKept());
                }
            }
            fleet.stopSending();
            System.out.println("replicas: in the end " + fleet.assertNothingIsLostAndTheQuotaKept());
        }
    }
}
