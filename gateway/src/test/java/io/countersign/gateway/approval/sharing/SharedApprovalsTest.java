package io.countersign.gateway.approval.sharing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.approval.ApprovalStore;
import io.countersign.gateway.approval.Asking;
import io.countersign.gateway.approval.Decided;
import io.countersign.gateway.approval.Outcome;
import io.countersign.gateway.approval.Pending;
import io.countersign.gateway.approval.Subscription;
import io.countersign.gateway.approval.Subscription.Decision;
import io.countersign.gateway.redis.RedisConnector;
import io.countersign.gateway.redis.SharedStore;
import io.countersign.gateway.shared.SharedLink;
import io.countersign.gateway.shared.SharedLinks;
import io.countersign.gateway.shared.StoreAddress;
import io.countersign.proxy.state.StateFolder;
import io.countersign.testing.Await;
import io.countersign.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Replicas in one process, and a real Redis server. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SharedApprovalsTest {
    private static final int PLACES = 20;
    private static final Optional<String> METRICS = Optional.of("metrics");

    @TempDir
    Path folder;

    private RedisServer redis;
    private final List<Replica> replicas = new ArrayList<>();
    private final List<Pending> announced = new CopyOnWriteArrayList<>();
    private final List<Subscription> met = new CopyOnWriteArrayList<>();
    private final List<String> overruled = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws IOException {
        redis = RedisServer.start(folder);
    }

    @AfterEach
    void stop() throws IOException {
        replicas.forEach(Replica::close);
        redis.close();
    }

    private final class Replica implements AutoCloseable, ApprovalStore.Deciding {
        private final SharedLinks<SharedStore> links;
        private final Optional<StateFolder> state;
        private final ApprovalStore store;

        Replica(Optional<StateFolder> state) throws Exception {
            this.state = state;
            StoreAddress address = StoreAddress.parse("redis://127.0.0.1:" + redis.port());
            links = new SharedLinks<>(any -> Optional.of(address), RedisConnector::new, System::nanoTime);
            links.taken(null);
            store = new ApprovalStore(
                    state, Clock.systemUTC(), PLACES, announced::add, new SharedApprovals(links), this);
            replicas.add(this);
        }

        boolean together() {
            return links.inForce().filter(SharedLink::together).isPresent();
        }

        String standing(String token) {
            return Asking.standing(store, token);
        }

        long number(String token) {
            return Asking.number(store, token);
        }

        Decided decide(long number, Decision decision) {
            return Asking.decide(store, number, decision, "alice", false);
        }

        @Override
        public void met(Subscription decision) {
            met.add(decision);
        }

        @Override
        public void overruled(Subscription was, Subscription is) {
            overruled.add(was.deciders() + " by " + is.deciders());
        }

        @Override
        public void close() {
            links.close();
            store.close();
            state.ifPresent(StateFolder::close);
        }
    }

    /** Knows what there is when it returns. */
    private Replica replica() throws Exception {
        Replica replica = new Replica(Optional.empty());
        replica.store.current().toCompletableFuture().join();
        return replica;
    }

    private Replica replica(String name) throws Exception {
        return new Replica(Optional.of(StateFolder.open(folder.resolve(name))));
    }

    private void redisEnds() throws Exception {
        redis.kill();
        Await.until("all to notice", () -> replicas.stream().noneMatch(Replica::together));
    }

    private void redisIsBack() throws Exception {
        redis.start();
        Await.until("all to be back", () -> replicas.stream().allMatch(Replica::together));
    }

    private static void awaitStanding(String expected, String token, Replica... all) {
        for (Replica each : all) {
            Await.until(token + " to be " + expected, () -> each.standing(token).startsWith(expected));
        }
    }

    private static List<Pending> pending(Replica replica) {
        return replica.store.approvals().pending();
    }

    private static void awaitPending(int size, Replica... all) {
        for (Replica each : all) {
            Await.until(size + " to wait", () -> pending(each).size() == size);
        }
    }

    @Test
    void whoAsksOneReplicaIsOnTheListOfAllAndIsAnnouncedOnce() throws Exception {
        Replica one = replica();
        Replica other = replica();
        long number = one.number("payments");
        awaitPending(1, other);
        assertEquals(number, other.number("payments"));
        assertNotEquals(number, other.number("reports"), "numbers are given once");
        one.number("payments");
        Await.until(
                "both to know of all requests",
                () -> pending(one).get(0).seen().count() == 3
                        && pending(other).get(0).seen().count() == 3);
        Await.until("both callers to be announced", () -> announced.size() >= 2);
        assertEquals(2, announced.size());
    }

    @Test
    void aDecisionOnOneReplicaActsOnAll() throws Exception {
        Replica one = replica();
        Replica other = replica();
        long number = one.number("payments");
        awaitPending(1, other);
        Decided kept = other.decide(number, Decision.APPROVED);
        kept.told().orElseThrow().join();
        awaitStanding("approved " + number, "payments", one);
        awaitPending(0, one, other);
        one.decide(number, Decision.REFUSED);
        awaitStanding("refused " + number, "payments", other);
        assertEquals(List.of(), overruled);
    }

    @Test
    void withFourEyesOneMayApproveOnEachReplica() throws Exception {
        Replica one = replica();
        Replica other = replica();
        long number = one.number("payments");
        Asking.decide(one.store, number, Decision.APPROVED, "alice", true)
                .told()
                .orElseThrow()
                .join();
        other.store.current().toCompletableFuture().join();
        assertInstanceOf(
                Outcome.NeedsAnother.class,
                Asking.decide(other.store, number, Decision.APPROVED, "alice", true)
                        .outcome());
        Outcome decided = Asking.decide(other.store, number, Decision.APPROVED, "bob", true)
                .outcome();
        assertEquals(
                "alice, bob",
                assertInstanceOf(Outcome.Decided.class, decided).subscription().deciders());
        awaitStanding("approved", "payments", one, other);
    }

    /** Each has approved on its replica, and neither has seen the other's: one replica makes it a decision, once it hears of both. */
    @Test
    void halvesThatWereGivenWhileRedisWasAwayMeetOnce() throws Exception {
        Replica one = replica();
        Replica other = replica();
        Replica third = replica();
        long number = one.number("payments");
        awaitPending(1, other, third);
        redisEnds();
        Asking.decide(one.store, number, Decision.APPROVED, "alice", true);
        Asking.decide(other.store, number, Decision.APPROVED, "bob", true);
        assertEquals("waits " + number, one.standing("payments"));
        redisIsBack();
        awaitStanding("approved", "payments", one, other, third);
        Await.until("all to be told", () -> Asking.untold(one.store) + Asking.untold(other.store) == 0);
        assertEquals(1, met.size(), met::toString);
        assertEquals(Set.of("alice", "bob"), Set.of(met.get(0).deciders().split(", ", -1)));
        assertEquals(List.of(), overruled);
    }

    @Test
    void nothingThatWasDecidedWhileRedisWasAwayIsLostThoughRedisHasForgottenAll() throws Exception {
        Replica one = replica();
        Replica other = replica();
        long before = one.number("before");
        one.decide(before, Decision.APPROVED).told().orElseThrow().join();
        awaitStanding("approved", "before", other);
        redisEnds();
        one.decide(one.number("payments"), Decision.APPROVED);
        other.decide(other.number("reports"), Decision.REFUSED);
        long waits = other.number("waits");
        awaitStanding("approved", "before", one, other);
        assertEquals(1, Asking.untold(one.store));
        redisIsBack();
        awaitStanding("approved", "payments", one, other);
        awaitStanding("refused", "reports", one, other);
        awaitStanding("waits " + waits, "waits", one, other);
        awaitStanding("approved " + before, "before", one, other, replica());
        Await.until("all to be told", () -> Asking.untold(one.store) + Asking.untold(other.store) == 0);
    }

    @Test
    void ofTwoDecisionsThatDidNotKnowOfEachOtherTheRefusalCounts() throws Exception {
        Replica one = replica();
        Replica other = replica();
        long number = one.number("payments");
        awaitPending(1, other);
        redisEnds();
        one.decide(number, Decision.REFUSED);
        Asking.decide(other.store, number, Decision.APPROVED, "bob", false);
        awaitStanding("approved", "payments", other);
        redisIsBack();
        awaitStanding("refused", "payments", one, other);
        Await.until("it to be taken down", () -> overruled.size() == 1);
        assertEquals(List.of("bob by alice"), overruled);
        // Whoever knows of the refusal may take it back.
        Asking.decide(other.store, number, Decision.APPROVED, "bob", false);
        awaitStanding("approved", "payments", one, other);
    }

    /** Each replica gives a number of its own to a caller that it does not know; whoever has one of them in hand is understood. */
    @Test
    void aCallerWithTwoNumbersIsKnownByBoth() throws Exception {
        Replica one = replica();
        Replica other = replica();
        redisEnds();
        long first = one.number("payments");
        long second = other.number("payments");
        assertNotEquals(first, second);
        redisIsBack();
        Await.until("both to know the first number", () -> one.number("payments") == other.number("payments"));
        assertEquals(Math.min(first, second), one.number("payments"));
        Await.until(
                "both to know the second number",
                () -> pending(one).get(0).also().equals(List.of(Math.max(first, second)))
                        && pending(other).get(0).also().equals(List.of(Math.max(first, second))));
        assertInstanceOf(
                Outcome.Decided.class,
                one.decide(Math.max(first, second), Decision.APPROVED).outcome());
        awaitStanding("approved", "payments", one, other);
    }

    @Test
    void numbersThatReplicasGaveBeforeTheySharedAreGivenAnew() throws Exception {
        try (StateFolder state = StateFolder.open(folder.resolve("one"));
                ApprovalStore alone = new ApprovalStore(state, Clock.systemUTC(), PLACES, newcomer -> {})) {
            assertEquals(1, Asking.number(alone, "payments"));
        }
        try (StateFolder state = StateFolder.open(folder.resolve("other"));
                ApprovalStore alone = new ApprovalStore(state, Clock.systemUTC(), PLACES, newcomer -> {})) {
            Asking.decide(alone, Asking.number(alone, "reports"), Decision.APPROVED, "alice", false);
        }
        Replica one = replica("one");
        Replica other = replica("other");
        awaitStanding("approved", "reports", one, other);
        awaitPending(1, one, other);
        Await.until(
                "both to agree",
                () -> one.standing("payments").equals(other.standing("payments"))
                        && one.standing("reports").equals(other.standing("reports")));
        assertNotEquals(
                one.standing("payments").replaceAll("\\D", ""),
                one.standing("reports").replaceAll("\\D", ""));
    }

    @Test
    void withoutAFolderAReplicaHasAllFromRedisAndWithOneItNeedsNoRedis() throws Exception {
        Replica one = replica("one");
        one.decide(one.number("payments"), Decision.APPROVED)
                .told()
                .orElseThrow()
                .join();
        awaitStanding("approved", "payments", replica());
        Replica two = replica("two");
        two.store.current().toCompletableFuture().join();
        two.close();
        redisEndsFor(one);
        replicas.remove(two);
        awaitStanding("approved", "payments", replica("two"));
    }

    private void redisEndsFor(Replica one) throws Exception {
        redis.kill();
        Await.until("it to notice", () -> !one.together());
    }

    @Test
    void theListIsBoundedForAllTogether() throws Exception {
        Replica one = replica();
        Replica other = replica();
        for (int i = 0; i < 3 * PLACES; i++) {
            Asking.address(one.store, "10." + i + ".0.1", METRICS);
            Asking.address(other.store, "172." + i + ".0.1", METRICS);
        }
        // An agent asks again.
        Await.until("all to know the same", () -> {
            one.standing("payments");
            return names(one).contains("token payments for route metrics")
                    && names(one).equals(names(other))
                    && redis.ask("HLEN countersign:approvals:p")
                            .startsWith(":" + pending(one).size() + "\r");
        });
        assertTrue(pending(one).size() <= PLACES, pending(one)::toString);
    }

    private static Set<String> names(Replica replica) {
        Set<String> names = new HashSet<>();
        pending(replica).forEach(each -> names.add(each.ask().toString()));
        return names;
    }

    @Test
    void aRedisThatAnswersNothingHoldsNobodyUp() throws Exception {
        Replica one = replica();
        redis.pause();
        try {
            long number = one.number("payments");
            Decided kept = one.decide(number, Decision.APPROVED);
            assertEquals("approved " + number, one.standing("payments"));
            Await.until("it to go on alone", () -> !one.together());
            Await.until(
                    "it to know that nobody was told",
                    () -> kept.told().orElseThrow().isCompletedExceptionally());
        } finally {
            redis.resume();
        }
        Await.until("it to be told", () -> Asking.untold(one.store) == 0);
    }

    @Test
    void whatIsDeletedFromRedisComesBack() throws Exception {
        Replica one = replica();
        Replica other = replica();
        one.decide(one.number("payments"), Decision.APPROVED)
                .told()
                .orElseThrow()
                .join();
        awaitStanding("approved", "payments", other);
        for (String command : List.of("FLUSHALL", "DEL countersign:approvals:d", "DEL countersign:approvals")) {
            redis.ask(command);
            Await.until(
                    "it to be there again after " + command,
                    () -> redis.ask("HLEN countersign:approvals:d").startsWith(":1"));
            awaitStanding("approved", "payments", one, other);
        }
    }

    @Test
    void everyKeyIsOursAndExpires() throws Exception {
        Replica one = replica();
        one.decide(one.number("payments"), Decision.APPROVED);
        one.number("reports");
        Asking.decide(one.store, one.number("logs"), Decision.APPROVED, "alice", true)
                .told()
                .orElseThrow()
                .join();
        List<String> keys = redis.ask("KEYS countersign:approvals*")
                .lines()
                .filter(line -> line.startsWith("countersign"))
                .toList();
        assertTrue(keys.size() >= 5, keys::toString);
        for (String key : keys) {
            String ttl = redis.ask("TTL " + key).lines().findFirst().orElseThrow();
            assertTrue(Integer.parseInt(ttl.substring(1)) > 0, key + " never expires");
        }
    }

    /** Whoever can write there can approve; but nothing that no approver could have done, and nothing that is not understood. */
    @Test
    void whatNoReplicaHasWrittenChangesNothing() throws Exception {
        Replica one = replica();
        long number = one.number("payments");
        Await.until(
                "it to be told", () -> redis.ask("HLEN countersign:approvals:p").startsWith(":1"));
        write("d", "token//payments", "no JSON");
        write("d", "token/metrics/payments", "{\\\"number\\\":7}");
        write("x", "token/metrics/payments", "{}");
        write(
                "d",
                "address/metrics/10.0.0.7",
                "{\\\"number\\\":9,\\\"kind\\\":\\\"address\\\",\\\"caller\\\":\\\"10.0.0.7\\\",\\\"route\\\":\\\"metrics\\\","
                        + "\\\"decision\\\":\\\"approved\\\",\\\"comment\\\":\\\"\\\",\\\"by0\\\":\\\"eve\\\",\\\"time0\\\":\\\"2026-01-01T00:00:00Z\\\"}");
        one.store.current().toCompletableFuture().join();
        assertEquals("waits " + number, one.standing("payments"));
        assertEquals(List.of(), one.store.approvals().subscriptions());
        one.decide(number, Decision.APPROVED).told().orElseThrow().join();
        awaitStanding("approved", "payments", one, replica());
    }

    private void write(String kind, String name, String text) throws IOException {
        String revision = redis.ask("HINCRBY countersign:approvals revision 1")
                .lines()
                .findFirst()
                .orElseThrow()
                .substring(1);
        redis.ask("HSET countersign:approvals:" + (kind.equals("x") ? "d" : kind) + " " + kind + name + " \"" + text
                + "\"\r\nZADD countersign:approvals:order " + revision + " " + kind + name);
    }
}
