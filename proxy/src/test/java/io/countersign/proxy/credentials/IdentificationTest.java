package io.countersign.proxy.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.sigv4.AwsCredentials;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class IdentificationTest {
    private static final Principal USER = Principal.ofArn("arn:aws:iam::123456789012:user/ci");
    private static final AwsCredentials ONE = new AwsCredentials("AKIDONE", "secret-one", null);
    private static final AwsCredentials TWO = new AwsCredentials("AKIDTWO", "secret-two", null);

    private final ManualTime time = new ManualTime();
    private final Queue<Runnable> threads = new ArrayDeque<>();
    private final List<String> asked = new ArrayList<>();
    private Principal answer = USER;
    private boolean isFull;

    private final RefreshRuntime runtime = new RefreshRuntime(time, time, this::run, () -> 0.5, () -> {});

    private final Identification identification = new Identification(this::answer, runtime);

    private void run(Runnable task) {
        if (isFull) {
            throw new RejectedExecutionException();
        }
        threads.add(task);
    }

    private Principal answer(AwsCredentials credentials) {
        asked.add(credentials.accessKeyId());
        return answer;
    }

    private void work() {
        while (!threads.isEmpty()) {
            threads.remove().run();
        }
    }

    @Test
    void asksOnceForEachKeyAndNobodyWaits() {
        assertEquals("STS is being asked", identification.of(ONE).unknown());
        assertEquals("STS is being asked", identification.of(ONE).unknown());
        assertEquals(List.of(), asked);
        work();
        assertEquals(USER, identification.of(ONE));
        time.advance(Duration.ofDays(1));
        assertEquals(USER, identification.of(ONE));
        work();
        assertEquals(List.of("AKIDONE"), asked);
        assertEquals("STS is being asked", identification.of(TWO).unknown());
        work();
        assertEquals(USER, identification.of(TWO));
        assertEquals(List.of("AKIDONE", "AKIDTWO"), asked);
    }

    @Test
    void asksAgainAWhileAfterItFailed() {
        answer = Principal.UNKNOWN.unknown("no route");
        identification.of(ONE);
        work();
        time.advance(Identification.AGAIN.minusSeconds(1));
        assertEquals("no route", identification.of(ONE).unknown());
        work();
        assertEquals(1, asked.size());
        time.advance(Duration.ofSeconds(1));
        answer = USER;
        identification.of(ONE);
        work();
        assertEquals(USER, identification.of(ONE));
        assertEquals(2, asked.size());
    }

    @Test
    void aQuestionThatHangsIsSaidAndNoOtherBegins() {
        identification.of(ONE);
        time.advance(Identification.LIMIT);
        assertEquals("no answer of STS within 10 s", identification.of(ONE).unknown());
        assertEquals("STS is being asked", identification.of(TWO).unknown());
        time.advance(Duration.ofDays(1));
        identification.of(ONE);
        assertEquals(1, threads.size());
        work();
        assertEquals(USER, identification.of(ONE));
    }

    @Test
    void aFullPoolAndAFaultOfOurOwnAreSaid() {
        isFull = true;
        assertEquals("no fetch thread was free", identification.of(ONE).unknown());
        isFull = false;
        Identification faulty = new Identification(
                keys -> {
                    throw new IllegalStateException();
                },
                runtime);
        faulty.of(ONE);
        try {
            work();
        } catch (IllegalStateException expected) {
            assertEquals(
                    "STS could not be asked, by a fault of our own",
                    faulty.of(ONE).unknown());
        }
    }

    @Test
    void aRegistryAsksOnlyForWhatWantsItAndDoesNotSay() {
        CredentialsRegistry registry = CredentialsRegistry.prepare(
                Map.of("a", config("a", true), "b", config("b", false), "said", config("said", true)),
                runtime,
                config -> provider(config.name().equals("said") ? USER : Principal.UNKNOWN),
                (config, keys) -> answer(new AwsCredentials(config.name(), "secret", null)));
        registry.replace(null);
        work();
        registry.status();
        work();
        assertEquals(List.of("a"), asked);
        assertEquals(
                List.of(USER, Principal.UNKNOWN, USER),
                registry.status().stream().map(CredentialsStatus::principal).toList());
    }

    private static CredentialsConfig config(String name, boolean identify) {
        return new CredentialsConfig(name, new CredentialsConfig.Static(ONE), Optional.empty(), identify);
    }

    private static CredentialsProvider provider(Principal principal) {
        return new CredentialsProvider() {
            @Override
            public String kind() {
                return "fake";
            }

            @Override
            public Fetched fetch() {
                return new Fetched(ONE, Optional.empty(), "fake", principal);
            }
        };
    }
}
