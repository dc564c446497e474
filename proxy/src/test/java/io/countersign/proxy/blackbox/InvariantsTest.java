package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.Canaries;
import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.FileDescriptors;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What must hold whatever happens: random faults on both sides, several clients at once. An agent's 2xx is the upstream's
 * for that very request, a POST arrives once at most, nobody gets another's answer, no cut goes unmarked, no secret shows.
 */
@WireTest
class InvariantsTest {
    private static final int CLIENTS = 4;
    private static final int ROUNDS = 75;

    private final AtomicInteger answered = new AtomicInteger();

    /** How a client behaves in one round. */
    private enum Manner {
        ALONE,
        PIPELINED,
        HALF_CLOSED,
        GONE_AFTER_SENDING,
        GONE_WITHIN_THE_BODY
    }

    /** One request, and what the client does not want to be surprised by. */
    private record Sent(String id, UpstreamFault fault, boolean post) {
        String bytes() {
            return post ? Requests.post(fault.target(id), "body " + id) : Requests.get(fault.target(id));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void holdUnderRandomFaults(boolean tls) throws Exception {
        long seed = new Random().nextLong();
        System.out.println("InvariantsTest, " + (tls ? "TLS" : "plain") + ": seed " + seed);
        // What the JVM opens once and keeps is not what this is about.
        try (Rig warmUp = new Rig(tls ? FakeUpstream.https() : FakeUpstream.http())) {
            warmUp.forwards(Requests.get("/w"));
        }
        long socketsBefore = FileDescriptors.sockets();
        try (Rig rig = new Rig(
                tls ? FakeUpstream.https() : FakeUpstream.http(),
                TestProxy.main("timeouts { request = 2s, connect = 2s, response-idle = 2s }"))) {
            rig.upstream.script((request, connection) -> UpstreamFault.serve(request.head(), connection));
            List<Sent> incomplete = runClients(rig, seed);
            assertEquals(List.of(), arrivedMoreThanOnce(rig.upstream), () -> "POSTs that arrived twice, seed " + seed);
            for (Sent sent : incomplete) {
                assertEquals(0, arrivals(rig.upstream, sent.id()), () -> "half a request arrived: " + sent);
            }
            assertTrue(answered.get() > CLIENTS * ROUNDS / 10, () -> "only " + answered.get() + " were answered 2xx");
            assertFalse(Canaries.in(metrics(rig.proxy)), "a secret in the metrics");
        }
        FileDescriptors.awaitAtMost(socketsBefore);
    }

    @Test
    void noSecretInThreadNames() {
        try (Rig rig = new Rig()) {
            rig.forwards(Requests.get("/w"));
            Thread.getAllStackTraces().keySet().forEach(thread -> assertFalse(Canaries.in(thread.getName())));
        }
    }

    /** The requests that were not sent whole. */
    private List<Sent> runClients(Rig rig, long seed) throws InterruptedException {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<List<Sent>>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int client = i;
                running.add(clients.submit(() -> runClient(rig.proxy, client, new Random(seed + client))));
            }
            List<Sent> incomplete = new ArrayList<>();
            for (Future<List<Sent>> client : running) {
                incomplete.addAll(client.get());
            }
            return incomplete;
        } catch (ExecutionException e) {
            throw new AssertionError("seed " + seed, e.getCause());
        } finally {
            clients.shutdownNow();
        }
    }

    private List<Sent> runClient(TestProxy proxy, int client, Random random) {
        List<Sent> incomplete = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            Manner manner = oneOf(Manner.values(), random);
            List<Sent> requests = new ArrayList<>();
            int count = manner == Manner.PIPELINED ? 3 : 1;
            for (int i = 0; i < count; i++) {
                UpstreamFault fault = oneOf(UpstreamFault.values(), random);
                requests.add(new Sent(client + "-" + round + "-" + i, fault, random.nextBoolean()));
            }
            try (RawClient connection = proxy.connect()) {
                incomplete.addAll(talk(connection, manner, requests));
            }
        }
        return incomplete;
    }

    private List<Sent> talk(RawClient connection, Manner manner, List<Sent> requests) {
        switch (manner) {
            case GONE_WITHIN_THE_BODY -> {
                Sent cut = new Sent(requests.get(0).id(), requests.get(0).fault(), true);
                connection.send(cut.bytes().substring(0, cut.bytes().length() - 1));
                connection.reset();
                return List.of(cut);
            }
            case GONE_AFTER_SENDING -> connection.send(requests.get(0).bytes()).reset();
            default -> {
                requests.forEach(sent -> connection.send(sent.bytes()));
                if (manner == Manner.HALF_CLOSED) {
                    connection.halfClose();
                }
                readAnswers(connection, requests);
            }
        }
        return List.of();
    }

    private void readAnswers(RawClient connection, List<Sent> requests) {
        for (Sent sent : requests) {
            Optional<Response> answer = connection.tryRead();
            if (answer.isEmpty()) {
                return;
            }
            check(sent, answer.get());
            if (!answer.get().complete()) {
                return;
            }
        }
    }

    private void check(Sent sent, Response response) {
        String what = sent + " was answered\n" + response;
        assertFalse(Canaries.in(response.toString()), () -> "a secret: " + what);
        response.head().values("x-id").forEach(id -> assertEquals(sent.id(), id, () -> "another's answer: " + what));
        if (response.status() / 100 == 2) {
            assertTrue(sent.fault().success, () -> "a success that the upstream never told: " + what);
            assertTrue(response.head().has("x-id"), () -> "a success of nobody's: " + what);
            boolean whole = sent.fault().whole && response.body().equals("abc");
            assertTrue(whole || !response.complete(), () -> "a cut without a mark: " + what);
            answered.incrementAndGet();
        }
    }

    private static List<String> arrivedMoreThanOnce(FakeUpstream upstream) {
        return upstream.requests().stream()
                .filter(request -> request.head().method().equals("POST"))
                .map(request -> request.head().target())
                .filter(target -> upstream.requests().stream()
                                .filter(request -> request.head().target().equals(target))
                                .count()
                        > 1)
                .toList();
    }

    private static <T> T oneOf(T[] all, Random random) {
        return List.of(all).get(random.nextInt(all.length));
    }

    private static long arrivals(FakeUpstream upstream, String id) {
        return upstream.requests().stream()
                .filter(request -> request.head().target().endsWith("/" + id))
                .count();
    }

    private static String metrics(TestProxy proxy) {
        try (RawClient admin = RawClient.connect(proxy.adminAddress())) {
            return admin.send(Requests.get("/metrics", "Connection: close"))
                    .read()
                    .toString();
        }
    }
}
