package io.countersign.gateway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.quota.ByteQuota;
import io.countersign.gateway.quota.Permit;
import io.countersign.gateway.quota.QuotaConfig;
import io.countersign.gateway.quota.QuotaTable;
import io.countersign.gateway.quota.Rate;
import io.countersign.gateway.quota.RequestLimit;
import io.countersign.gateway.quota.RequestQuota;
import io.countersign.gateway.shared.StoreAddress;
import io.countersign.testing.Await;
import io.countersign.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas in one process, and a real Redis server. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SharedQuotasTest {
    private static final int REPLICAS = 2;

    /** Nothing to speak of is added to it while a test runs. Its batch is 25 for each replica. */
    private static final RequestLimit FIXED = new RequestLimit(Rate.parse("1/h"), 200);

    private static final int BATCH = 25;

    @TempDir
    Path folder;

    private RedisServer redis;
    private final List<Counter> replicas = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        redis = RedisServer.start(folder);
        hasCountedForLong();
    }

    @AfterEach
    void stop() throws IOException {
        replicas.forEach(Counter::close);
        redis.close();
    }

    /** As a server that is not new: an unknown bucket has been idle, and is full. */
    private void hasCountedForLong() throws IOException {
        redis.ask("SET countersign:birth 1");
    }

    private String url() {
        return "redis://127.0.0.1:" + redis.port();
    }

    /** One more replica, with that quota in force. */
    private RequestQuota replica(RequestLimit limit) {
        return replica(url()).requests("payments", limit);
    }

    private QuotaTable replica(String url) {
        QuotaConfig config = new QuotaConfig(REPLICAS, Optional.of(StoreAddress.parse(url)));
        Counter replica = new Counter(config, table -> {
            table.requests("payments", FIXED);
            table.bytes("payments", 1000);
        });
        replicas.add(replica);
        return replica.table();
    }

    private static int granted(RequestQuota quota, int attempts) {
        int granted = 0;
        for (int i = 0; i < attempts; i++) {
            granted += quota.take().granted() ? 1 : 0;
        }
        return granted;
    }

    /** Asks all in turn until nobody has got anything for a while that is longer than answers take. */
    private static int grantedUntilNoMore(RequestQuota... quotas) {
        int granted = 0;
        for (int idle = 0; idle < 50; ) {
            int now = 0;
            for (RequestQuota each : quotas) {
                now += granted(each, 3);
            }
            granted += now;
            idle = now > 0 ? 0 : idle + 1;
            Await.pace(Duration.ofMillis(4));
        }
        return granted;
    }

    @Test
    void replicasLetThroughOneQuotaTogether() {
        RequestQuota one = replica(FIXED);
        RequestQuota other = replica(FIXED);
        int granted = grantedUntilNoMore(one, other);
        assertTrue(granted >= 200 - 2 * BATCH && granted <= 200 + 2 * BATCH, granted + " of 200");
    }

    /** Counted alone, it would get its half. */
    @Test
    void oneReplicaMayUseAllThatOthersLeave() {
        RequestQuota one = replica(FIXED);
        replica(FIXED);
        int granted = grantedUntilNoMore(one);
        assertTrue(granted >= 200 && granted <= 200 + BATCH, granted + " of 200");
    }

    @Test
    void aReplicaThatStartsGetsNoQuotaOfItsOwn() {
        grantedUntilNoMore(replica(FIXED));
        int more = grantedUntilNoMore(replica(FIXED));
        assertTrue(more <= BATCH, more + " more");
    }

    @Test
    void goesOnWithItsShareWhileRedisIsAwayAndComesBack() throws Exception {
        RequestLimit limit = new RequestLimit(Rate.parse("400/s"), 200);
        long start = System.nanoTime();
        RequestQuota one = replica(limit);
        RequestQuota other = replica(limit);
        int granted = grantedFor(Duration.ofMillis(300), one, other);
        redis.kill();
        Await.until("both to notice", () -> replicas.stream().noneMatch(Counter::together));
        int alone = grantedFor(Duration.ofMillis(500), one, other);
        assertTrue(alone > 0, "nothing was let through while Redis was away");
        granted += alone;
        redis.start();
        Await.until("both to be back", () -> replicas.stream().allMatch(Counter::together));
        int back = grantedFor(Duration.ofMillis(300), one, other);
        assertTrue(back > 0, "nothing was let through after Redis was back");
        granted += back;
        double allowed = 200 + 400 * (System.nanoTime() - start) / 1e9 + REPLICAS * limitBatch(limit);
        assertTrue(granted <= allowed, granted + " of " + allowed);
        assertEquals(List.of(1L, 1L), replicas.stream().map(Counter::outages).toList());
    }

    private static int limitBatch(RequestLimit limit) {
        return (int) Math.max(16, limit.burst() / REPLICAS / 4);
    }

    private static int grantedFor(Duration time, RequestQuota... quotas) {
        int granted = 0;
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            for (RequestQuota each : quotas) {
                granted += granted(each, 10);
            }
            Await.pace(Duration.ofMillis(1));
        }
        return granted;
    }

    /** A server that has lost what it knew must not give a burst to those who have had it. */
    @Test
    void aRedisThatHasForgottenGivesNoBurstAnew() throws Exception {
        RequestQuota one = replica(FIXED);
        int granted = grantedUntilNoMore(one);
        redis.kill();
        Await.until("it to notice", () -> !replicas.get(0).together());
        redis.start();
        Await.until("it to be back", () -> replicas.get(0).together());
        granted += grantedUntilNoMore(one);
        assertTrue(granted <= 200 + BATCH, granted + " of 200");
    }

    @Test
    void aRedisThatAnswersNothingHoldsNobodyUp() throws Exception {
        RequestQuota one = replica(FIXED);
        assertTrue(one.take().granted());
        redis.pause();
        try {
            // As many as may be owed and held; then refusals, each at once.
            int granted = granted(one, 1000);
            assertTrue(granted <= 2 * BATCH, granted + " without an answer");
            Permit refused = one.take();
            assertFalse(refused.granted());
            Await.until("it to count alone", () -> !replicas.get(0).together());
        } finally {
            redis.resume();
        }
        Await.until("it to be back", () -> replicas.get(0).together());
    }

    @Test
    void bytesOfAllReplicasCount() throws Exception {
        ByteQuota one = replica(url()).bytes("payments", 1000);
        ByteQuota other = replica(url()).bytes("payments", 1000);
        one.add(300);
        other.add(400);
        Await.until("both to know of all bytes", () -> one.used() == 700 && other.used() == 700);
        assertEquals(0.7, one.part());
        redis.ask("FLUSHALL");
        one.add(10);
        Await.until(
                "a server that has forgotten to be told again",
                () -> redis.ask("DBSIZE").startsWith(":1"));
        other.add(10);
        Await.until("all bytes to be known again", () -> other.used() == 720);
    }

    @Test
    void everyKeyIsOursAndExpires() throws Exception {
        QuotaTable table = replica(url());
        table.requests("payments", FIXED).take();
        table.bytes("payments", 1000).add(1);
        Await.until("three keys", () -> redis.ask("DBSIZE").startsWith(":3"));
        List<String> keys = redis.ask("KEYS *")
                .lines()
                .filter(line -> !line.startsWith("*") && !line.startsWith("$") && !line.startsWith("+"))
                .toList();
        assertEquals(3, keys.size());
        for (String key : keys) {
            assertTrue(key.startsWith("countersign:"), key);
            String ttl = redis.ask("TTL " + key).lines().findFirst().orElseThrow();
            assertTrue(Integer.parseInt(ttl.substring(1)) > 0, key + " never expires");
        }
    }

    @Test
    void goesOnAloneWhereItMayNotLogIn() throws Exception {
        redis.ask("CONFIG SET requirepass s3cretword");
        Counter refused = connected("redis://:another1@127.0.0.1:" + redis.port());
        assertFalse(refused.together());
        assertTrue(connected("redis://:s3cretword@127.0.0.1:" + redis.port()).together());
    }

    /** A replica of Redis, say, which would answer every ping. */
    @Test
    void goesOnAloneWhereItMayNotWrite() throws Exception {
        redis.ask("CONFIG SET maxmemory 1");
        assertFalse(connected(url()).together());
    }

    private Counter connected(String url) {
        replica(url);
        return replicas.get(replicas.size() - 1);
    }

    @Test
    void aDatabaseIsAWorldOfItsOwn() throws Exception {
        replica(url() + "/3").requests("payments", FIXED).take();
        Await.until(
                "a bucket in database 3",
                () -> redis.ask("SELECT 3\r\nEXISTS countersign:requests:payments")
                        .contains(":1"));
        assertTrue(redis.ask("EXISTS countersign:requests:payments").contains(":0"));
    }
}
