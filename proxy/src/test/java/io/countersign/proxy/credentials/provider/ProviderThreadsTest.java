package io.countersign.proxy.credentials.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.credentials.CredentialsConfig.AssumeRole;
import io.countersign.proxy.credentials.CredentialsConfig.Sts;
import io.countersign.proxy.credentials.CredentialsProvider;
import io.countersign.proxy.credentials.FakeProvider;
import io.countersign.proxy.credentials.RefreshRuntime;
import io.countersign.proxy.credentials.RefreshingCredentials;
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
class ProviderThreadsTest {
    private static final int CALLERS = 8;

    @Test
    void manyCallersAtOnceShareOneFetch() throws Exception {
        RefreshRuntime runtime = RefreshRuntime.withOwnThreads(Clock.systemUTC());
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        CountDownLatch gate = new CountDownLatch(1);
        FakeProvider fetch = new FakeProvider(Clock.systemUTC());
        fetch.meanwhile = () -> {
            try {
                assertTrue(gate.await(10, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        RefreshingCredentials provider = new RefreshingCredentials("default", fetch, runtime);
        try {
            Callable<CompletableFuture<Credentials>> ask =
                    () -> provider.await().toCompletableFuture();
            List<CompletableFuture<Credentials>> stages = new ArrayList<>();
            for (Future<CompletableFuture<Credentials>> asked : callers.invokeAll(Collections.nCopies(CALLERS, ask))) {
                stages.add(asked.get(10, TimeUnit.SECONDS));
            }
            gate.countDown();
            for (CompletableFuture<Credentials> stage : stages) {
                Credentials.Usable usable = (Credentials.Usable) stage.get(10, TimeUnit.SECONDS);
                assertEquals(FakeProvider.credentials(1), usable.value());
            }
            assertEquals(1, provider.status().fetches().refreshes());
        } finally {
            provider.close();
            callers.shutdownNow();
            runtime.shutdown().run();
        }
    }

    @Test
    void fetchesLeaveNoThreadOfTheSdkBehind() throws Exception {
        Clock clock = Clock.systemUTC();
        try (LoopbackMetadata metadata = new LoopbackMetadata(clock);
                LoopbackSts sts = new LoopbackSts()) {
            CredentialsProvider instance = new InstanceProvider(new Environment(
                    Map.of("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url()), Path.of("/nonexistent")));
            AssumeRole role = new AssumeRole(
                    "arn:aws:iam::1:role/r",
                    Optional.empty(),
                    "s",
                    900,
                    Map.of(),
                    new Sts(Optional.empty(), Optional.of(sts.url()), Optional.empty()));
            Environment nothing = new Environment(Map.of(), Path.of("/nonexistent"));
            CredentialsProvider assumed =
                    new AssumedRoleProvider(role, instance, StsSettings.of(role.sts(), role.roleArn(), nothing));
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
