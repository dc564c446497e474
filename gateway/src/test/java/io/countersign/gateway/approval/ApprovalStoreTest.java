package io.countersign.gateway.approval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.approval.PendingCallers.Request;
import io.countersign.gateway.approval.Subscription.Decision;
import io.countersign.gateway.testing.MovedClock;
import io.countersign.proxy.net.IpAddress;
import io.countersign.proxy.state.StateFolder;
import io.countersign.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApprovalStoreTest {
    private static final Request ODD = new Request("POST /w/\u202e\"\\%0a", "forwarded");

    @TempDir
    Path above;

    private final MovedClock clock = new MovedClock("2027-01-31T12:00:00Z");

    private Path folder() {
        return above.resolve("state");
    }

    private ApprovalStore open(StateFolder state) throws Exception {
        return new ApprovalStore(state, clock, 100, newcomer -> {});
    }

    private static Ask ask(String address) {
        return new Ask(CallerKey.address(IpAddress.parse(address)), Optional.of("metrics"));
    }

    private static long waiting(ApprovalStore store, Ask ask) {
        return assertInstanceOf(Standing.Waits.class, store.approvals().ask(ask, () -> ODD))
                .number();
    }

    private static Outcome decided(ApprovalStore store, Order order, boolean fourEyes) {
        Decided kept = store.decide(order, fourEyes);
        kept.written().toCompletableFuture().join();
        return kept.outcome();
    }

    @Test
    void allOfItOutlastsARestart() throws Exception {
        List<Pending> pending;
        List<Subscription> subscriptions;
        Ask certificate = new Ask(new CallerKey(CallerKey.Kind.CERTIFICATE, "CN=a \"b\"\n,O=\u0430"), Optional.empty());
        try (StateFolder state = StateFolder.open(folder());
                ApprovalStore store = open(state)) {
            waiting(store, ask("2001:db8::1"));
            waiting(store, ask("2001:db8::1"));
            decided(
                    store,
                    new Order(
                            waiting(store, certificate),
                            Decision.APPROVED,
                            "alice",
                            Optional.of(clock.instant().plusSeconds(90)),
                            "as \"agreed\"\n"),
                    false);
            decided(
                    store,
                    new Order(waiting(store, ask("10.0.0.9")), Decision.REFUSED, "bob", Optional.empty(), ""),
                    false);
            decided(
                    store,
                    new Order(waiting(store, ask("10.0.0.8")), Decision.APPROVED, "alice", Optional.empty(), "first"),
                    true);
            pending = store.approvals().pending();
            subscriptions = store.approvals().subscriptions();
        }
        try (StateFolder state = StateFolder.open(folder());
                ApprovalStore store = open(state)) {
            assertEquals(pending, store.approvals().pending());
            assertEquals(subscriptions, store.approvals().subscriptions());
            assertEquals(2, pending.size());
            assertEquals(1, pending.get(1).approvals().size());
            assertEquals(5, waiting(store, ask("10.0.0.10")));
        }
    }

    /** A process that is killed: nothing is closed, and what it has written last is what there is. */
    @Test
    void aDecisionOutlastsACrashAndNoNumberIsGivenTwice() throws Exception {
        Path crashed = above.resolve("crashed");
        long number;
        try (StateFolder state = StateFolder.open(folder());
                ApprovalStore store = open(state)) {
            number = waiting(store, ask("10.0.0.7"));
            decided(store, new Order(number, Decision.APPROVED, "alice", Optional.empty(), ""), false);
            number = waiting(store, ask("10.0.0.8"));
            Files.createDirectory(crashed);
            for (String name : List.of("pending.jsonl", "subscriptions.jsonl")) {
                Files.copy(folder().resolve(name), crashed.resolve(name));
            }
        }
        try (StateFolder state = StateFolder.open(crashed);
                ApprovalStore store = open(state)) {
            assertInstanceOf(Standing.Approved.class, store.approvals().ask(ask("10.0.0.7"), () -> ODD));
            assertTrue(waiting(store, ask("10.0.0.9")) > number);
        }
    }

    @Test
    void whoWaitsIsWrittenSoon() throws Exception {
        try (StateFolder state = StateFolder.open(folder());
                ApprovalStore store = open(state)) {
            waiting(store, ask("10.0.0.7"));
            Await.until(
                    "the caller is on the disk",
                    () -> Files.exists(folder().resolve("pending.jsonl"))
                            && Files.readString(folder().resolve("pending.jsonl"))
                                    .contains("10.0.0.7"));
            clock.passes(Duration.ofMinutes(1));
            waiting(store, ask("10.0.0.7"));
            Await.until(
                    "the count is on the disk",
                    () -> Files.readString(folder().resolve("pending.jsonl")).contains("\"count\":2"));
        }
    }

    @Test
    void aCallerInBothFilesWasDecidedOn() throws Exception {
        try (StateFolder state = StateFolder.open(folder());
                ApprovalStore store = open(state)) {
            long number = waiting(store, ask("10.0.0.7"));
            Await.until(
                    "the caller is on the disk",
                    () -> Files.exists(folder().resolve("pending.jsonl"))
                            && Files.readString(folder().resolve("pending.jsonl"))
                                    .contains("10.0.0.7"));
            Files.copy(folder().resolve("pending.jsonl"), above.resolve("before"));
            decided(store, new Order(number, Decision.APPROVED, "alice", Optional.empty(), ""), false);
        }
        Files.delete(folder().resolve("pending.jsonl"));
        Files.copy(above.resolve("before"), folder().resolve("pending.jsonl"));
        try (StateFolder state = StateFolder.open(folder());
                ApprovalStore store = open(state)) {
            assertEquals(List.of(), store.approvals().pending());
            assertEquals(1, store.approvals().subscriptions().size());
        }
    }

    @Test
    void aFileThatSomebodyHasEditedWronglyIsNotGuessedAt() throws Exception {
        for (String text : List.of(
                "",
                "{}\n",
                "{\"format\":\"countersign-approvals 2\"}\n",
                "{\"format\":\"countersign-approvals 1\"}\n{\"number\":1",
                "{\"format\":\"countersign-approvals 1\"}\n{\"number\":1,\"kind\":\"address\",\"caller\":\"10.0.0.300\","
                        + "\"decision\":\"approved\",\"comment\":\"\"}\n",
                "{\"format\":\"countersign-approvals 1\"}\n{\"number\":1,\"kind\":\"any\",\"caller\":\"10.0.0.3\","
                        + "\"decision\":\"approved\",\"comment\":\"\"}\n",
                "{\"format\":\"countersign-approvals 1\"}\n{\"number\":1,\"kind\":\"token\",\"caller\":\"a\","
                        + "\"decision\":\"yes\",\"comment\":\"\"}\n")) {
            try (StateFolder state = StateFolder.open(folder())) {
                state.file("subscriptions.jsonl", 10_000)
                        .replace(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                String fault = assertThrows(ApprovalFiles.UnusableFile.class, () -> open(state), text)
                        .getMessage();
                assertTrue(fault.contains("subscriptions.jsonl in state.dir, line "), fault);
            }
        }
    }

    @Test
    void saysThatADecisionCannotBeKept() throws Exception {
        try (StateFolder state = StateFolder.open(folder());
                ApprovalStore store = open(state)) {
            long number = waiting(store, ask("10.0.0.7"));
            Files.createDirectories(folder().resolve("subscriptions.jsonl/in-the-way"));
            assertThrows(
                    CompletionException.class,
                    () -> decided(store, new Order(number, Decision.APPROVED, "a", Optional.empty(), ""), false));
            assertInstanceOf(Standing.Approved.class, store.approvals().ask(ask("10.0.0.7"), () -> ODD));
        }
    }

    /** Or an approval that was taken back while the disk was full would be there again after a restart. */
    @Test
    void whatCouldNotBeKeptIsKeptLater() throws Exception {
        Path obstacle = folder().resolve("subscriptions.jsonl.unfinished");
        try (StateFolder state = StateFolder.open(folder());
                ApprovalStore store = open(state)) {
            long number = waiting(store, ask("10.0.0.7"));
            decided(store, new Order(number, Decision.APPROVED, "alice", Optional.empty(), ""), false);
            Files.createDirectories(obstacle.resolve("in-the-way"));
            assertThrows(
                    CompletionException.class,
                    () -> decided(store, new Order(number, Decision.REFUSED, "alice", Optional.empty(), ""), false));
            Files.delete(obstacle.resolve("in-the-way"));
            assertTrue(Files.readString(folder().resolve("subscriptions.jsonl")).contains("approved"));
            store.everyMinute();
            assertTrue(Files.readString(folder().resolve("subscriptions.jsonl")).contains("refused"));
        }
    }

    @Test
    void anOrderThatChangesNothingWritesNothing() throws Exception {
        try (StateFolder state = StateFolder.open(folder());
                ApprovalStore store = open(state)) {
            decided(store, new Order(99, Decision.APPROVED, "alice", Optional.empty(), ""), false);
            assertFalse(Files.exists(folder().resolve("subscriptions.jsonl")));
        }
    }
}
