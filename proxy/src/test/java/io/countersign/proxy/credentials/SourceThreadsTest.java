package io.countersign.proxy.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.config.CredentialsConfig.AssumeRole;
import io.countersign.proxy.config.CredentialsConfig.Sts;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** With real threads. */
class SourceThreadsTest {
    private static final int CALLERS = 8;

    @Test
    void manyCallersAtOnceShareOneFetch() throws Exception {
        SourceRuntime runtime = SourceRuntime.withOwnThreads(Clock.systemUTC());
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        CountDownLatch gate = new CountDownLatch(1);
        FakeFetch fetch = new FakeFetch(Clock.systemUTC());
        fetch.meanwhile = () -> {
            try {
                assertTrue(gate.await(10, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        RefreshingSource source = new RefreshingSource("default", fetch, runtime);
        try {
            Callable<CompletableFuture<Credentials>> ask = () -> source.await().toCompletableFuture();
            List<CompletableFuture<Credentials>> stages = new ArrayList<>();
            for (Future<CompletableFuture<Credentials>> asked : callers.invokeAll(Collections.nCopies(CALLERS, ask))) {
                stages.add(asked.get(10, TimeUnit.SECONDS));
            }
            gate.countDown();
            for (CompletableFuture<Credentials> stage : stages) {
                Credentials.Usable usable = (Credentials.Usable) stage.get(10, TimeUnit.SECONDS);
                assertEquals(FakeFetch.keys(1), usable.keys());
            }
            assertEquals(1, source.status().refreshes());
        } finally {
            source.close();
            callers.shutdownNow();
            runtime.shutdown().run();
        }
    }

    @Test
    void fetchesLeaveNoThreadOfTheSdkBehind() throws Exception {
        Clock clock = Clock.systemUTC();
        try (LoopbackMetadata metadata = new LoopbackMetadata(clock);
                LoopbackSts sts = new LoopbackSts()) {
            KeyFetch instance = new InstanceKeys(new Environment(
                    Map.of("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url()), Path.of("/nonexistent")));
            AssumeRole role = new AssumeRole(
                    "arn:aws:iam::1:role/r",
                    Optional.empty(),
                    "s",
                    900,
                    Map.of(),
                    new Sts(Optional.empty(), Optional.of(sts.url()), Optional.empty()));
            Environment nothing = new Environment(Map.of(), Path.of("/nonexistent"));
            KeyFetch assumed = new AssumedRole(role, instance, StsSettings.of(role.sts(), role.roleArn(), nothing));
            Set<Thread> before = sdkThreads();
            for (int i = 0; i < 10; i++) {
                assumed.fetch();
            }
            Set<Thread> after = sdkThreads();
            after.removeAll(before);
            for (Thread thread : after) {
                thread.join(10_000);
                assertTrue(!thread.isAlive(), thread.getName());
            }
        }
    }

    /** All but those of the loopback servers, of the JDK's own, and of the tests. */
    private static Set<Thread> sdkThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.getName().matches("pool-.*|HTTP-Dispatcher|Keep-Alive-Timer|server-timer.*"))
                .filter(thread -> thread.getThreadGroup() != null
                        && thread.getThreadGroup().getName().equals("main"))
                .collect(Collectors.toSet());
    }
}
