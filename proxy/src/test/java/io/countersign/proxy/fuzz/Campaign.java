package io.countersign.proxy.fuzz;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.testing.TestCertificates;
import io.countersign.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One proxy under fuzz: clients play cases until enough requests are through, the judge looks at each, and at the end the
 * proxy must hold what it held before.
 */
final class Campaign implements AutoCloseable {
    /**
     * Cases are judged, and forgotten, once so many have been played and all has come to rest. Not sooner: what a client sent
     * before it vanished may wait for a place while that client plays many more, since a proxy that holds the next request
     * back reads nothing and so can't see it go.
     */
    private static final int CASES_BETWEEN_RESTS = 3_000;

    private static final int MAX_VIOLATIONS = Integer.getInteger("fuzz.violations", 50);

    /** Nothing that is asked of the proxy takes so long: it has waited for something that did not come. */
    private static final Duration SLOW = Duration.ofSeconds(25);

    private final Scenario setting;
    private final Violations violations = new Violations();
    private final Tally tally = new Tally();
    private final Optional<Path> authority;
    private final RecordingUpstream upstream;
    private final LogWatch log;
    private final ProxyServer proxy;
    private final Generator generator;
    private final Judge judge;
    private long lastSeed;

    Campaign(Scenario setting) {
        this.setting = setting;
        Optional<TestCertificates> certificates =
                setting.tls() ? Optional.of(new TestCertificates()) : Optional.empty();
        authority = certificates.map(TestCertificates::authorityFile);
        upstream = new RecordingUpstream(certificates.map(TestCertificates::serverContext), violations);
        log = new LogWatch(violations);
        proxy = start();
        generator = new Generator(setting.maxBody());
        judge = new Judge(upstream.authority(), violations, tally);
    }

    private ProxyServer start() {
        String hocon = setting.hocon(upstream.authority(), authority);
        try {
            return ProxyServer.start(HoconSource.text(hocon, Path.of("").toAbsolutePath(), Map.of()));
        } catch (StartFailure e) {
            throw new AssertionError("the test's own configuration was refused: " + e.faults(), e);
        }
    }

    /** What was found. */
    Violations violations() {
        return violations;
    }

    Tally tally() {
        return tally;
    }

    /** Plays cases until there have been so many requests, or the time is over. */
    void run(long seed, long requests, Duration limit) {
        lastSeed = seed;
        long end = System.nanoTime() + limit.toNanos();
        long until = tally.requests() + requests;
        AtomicLong next = new AtomicLong();
        while (goesOn(until, end)) {
            long last = next.get() + CASES_BETWEEN_RESTS;
            Queue<Played> played = new ConcurrentLinkedQueue<>();
            play(() -> {
                while (goesOn(until, end) && next.get() < last) {
                    played.add(play(mixed(seed, next.getAndIncrement())));
                }
            });
            awaitRest();
            played.forEach(this::judge);
        }
    }

    private boolean goesOn(long until, long end) {
        return tally.requests() < until && System.nanoTime() < end && violations.count() < MAX_VIOLATIONS;
    }

    /** Has all clients do this, and waits for them. */
    private void play(Runnable work) {
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < setting.clients(); i++) {
            Thread client = new Thread(work, "fuzz client");
            client.setUncaughtExceptionHandler((thread, e) -> violations.add("a client failed: " + e));
            client.start();
            clients.add(client);
        }
        clients.forEach(Campaign::join);
    }

    /** Plays a single case, as often as it takes to see what depends on the moment. */
    void repeat(long caseSeed, int times) {
        for (int i = 0; i < times; i++) {
            Played played = play(caseSeed);
            awaitRest();
            judge(played);
        }
    }

    private record Played(FuzzCase fuzzed, List<Seen> seen, CaseArrivals arrivals) {}

    private Played play(long caseSeed) {
        FuzzCase fuzzed = generator.make(caseSeed);
        CaseArrivals arrivals = upstream.expect(fuzzed);
        tally.played(fuzzed);
        long began = System.nanoTime();
        try {
            List<Seen> seen = FuzzClient.play(fuzzed, proxy.address(), violations);
            if (System.nanoTime() - began > SLOW.toNanos()) {
                violations.add("took more than " + SLOW + ": " + fuzzed + "\nclient saw " + seen + "\nupstream saw "
                        + arrivals.all());
            }
            return new Played(fuzzed, seen, arrivals);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw new AssertionError("at " + fuzzed, e);
        }
    }

    private void judge(Played played) {
        upstream.forget(played.fuzzed());
        judge.judge(played.fuzzed(), played.seen(), played.arrivals().all());
    }

    /** Waits until nothing is under way, nor lies unread at the upstream; what the proxy still holds then, it has lost. */
    private void awaitRest() {
        try {
            Await.until("the proxy holds nothing", () -> {
                Await.pace(Duration.ofMillis(100)); // to look is costly
                return Resources.held(proxy.adminAddress()).isEmpty() && upstream.isAtRest();
            });
        } catch (AssertionError e) {
            throw new AssertionError(
                    "held by the proxy: " + Resources.held(proxy.adminAddress()) + ", connections left upstream: "
                            + upstream.connections() + "; seed " + lastSeed,
                    e);
        }
    }

    /** What the process holds once the proxy has come to rest. */
    Resources rest() {
        awaitRest();
        return Resources.now();
    }

    /** The same, once sockets and threads that are on their way out have gone, as those of before had. */
    Resources restAfter(Resources before) {
        awaitRest();
        Await.until(
                "no more sockets and threads than " + before,
                () -> Resources.now().hasNoMoreThan(before));
        return Resources.now();
    }

    private static long mixed(long seed, long number) {
        long mixed = (seed ^ number * 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
        return mixed ^ mixed >>> 31;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        proxy.close();
        upstream.close();
        log.close();
        try {
            if (authority.isPresent()) {
                Files.deleteIfExists(authority.get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
