package io.countersign.proxy.fuzz;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.config.HoconSource;
import io.countersign.proxy.testing.Await;
import io.countersign.proxy.testing.TestCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One proxy under fuzz: clients play cases until enough requests are through, the judge looks at each, and at the end the
 * proxy must hold what it held before.
 */
final class Campaign implements AutoCloseable {
    /** A case is judged once so many more of its client's have been played: by then a stray request would have come. */
    private static final int JUDGED_LATER_BY = 20;

    private static final int MAX_VIOLATIONS = Integer.getInteger("fuzz.violations", 50);

    /** Nothing that is asked of the proxy takes so long: it has waited for something that did not come. */
    private static final Duration SLOW = Duration.ofSeconds(25);

    private final Setting setting;
    private final Violations violations = new Violations();
    private final Tally tally = new Tally();
    private final Optional<Path> authority;
    private final RecordingUpstream upstream;
    private final LogWatch log;
    private final ProxyServer proxy;
    private final Generator generator;
    private final Judge judge;

    Campaign(Setting setting) {
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
        long end = System.nanoTime() + limit.toNanos();
        long until = tally.requests() + requests;
        AtomicLong next = new AtomicLong();
        Queue<Played> unjudged = new ConcurrentLinkedQueue<>();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < setting.clients(); i++) {
            Thread client = new Thread(
                    () -> {
                        Queue<Played> played = new ArrayDeque<>();
                        while (tally.requests() < until
                                && System.nanoTime() < end
                                && violations.count() < MAX_VIOLATIONS) {
                            played.add(play(mixed(seed, next.getAndIncrement())));
                            if (played.size() > JUDGED_LATER_BY) {
                                judge(played.remove());
                            }
                        }
                        unjudged.addAll(played);
                    },
                    "fuzz client");
            client.setUncaughtExceptionHandler((thread, e) -> violations.add("a client failed: " + e));
            client.start();
            clients.add(client);
        }
        clients.forEach(Campaign::join);
        awaitRest();
        unjudged.forEach(this::judge);
    }

    /** Plays a single case, as often as it takes to see what depends on the moment. */
    void repeat(long caseSeed, int times) {
        for (int i = 0; i < times; i++) {
            Played played = play(caseSeed);
            awaitRest();
            judge(played);
        }
    }

    private record Played(Case fuzzed, List<Seen> seen, CaseArrivals arrivals) {}

    private Played play(long caseSeed) {
        Case fuzzed = generator.make(caseSeed);
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

    /** Waits until nothing is under way; what the proxy still holds then, it has lost. */
    private void awaitRest() {
        Await.until("the proxy holds nothing", () -> {
            LockSupport.parkNanos(100_000_000); // to look is costly
            return Resources.held(proxy.adminAddress()) == 0;
        });
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
