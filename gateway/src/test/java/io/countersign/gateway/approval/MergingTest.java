package io.countersign.gateway.approval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.countersign.gateway.approval.PendingCallers.Request;
import io.countersign.gateway.approval.Subscription.Decision;
import io.countersign.gateway.testing.MovedClock;
import io.countersign.proxy.net.IpAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Replicas that tell each other what they know, without a store in between. */
class MergingTest {
    private static final Ask PAYMENTS =
            new Ask(new CallerKey(CallerKey.Kind.TOKEN, "payments"), Optional.of("metrics"));
    private static final Ask ADDRESS = new Ask(CallerKey.address(IpAddress.parse("10.0.0.7")), Optional.empty());

    private final MovedClock clock = new MovedClock("2027-01-31T12:00:00Z");
    private final List<Replica> replicas = List.of(new Replica(), new Replica(), new Replica());
    private final Replica one = replicas.get(0);
    private final Replica other = replicas.get(1);

    private final class Replica {
        private final Approvals approvals = new Approvals(clock, ApprovalEvents.NONE, 20, Approvals.Contents.NONE);
        private final Merging merging = approvals.merging();

        Replica() {
            merging.shared(true);
        }

        long asks(Ask ask) {
            return assertInstanceOf(Standing.Waits.class, approvals.ask(ask, () -> new Request("POST /w", "socket")))
                    .number();
        }

        Subscription decides(Ask ask, Decision decision, Optional<Instant> until) {
            long number = known(ask).map(Subscription::number).orElseGet(() -> asks(ask));
            Outcome outcome = approvals.decide(new Order(number, decision, "alice", until, ""), false);
            return assertInstanceOf(Outcome.Decided.class, outcome).subscription();
        }

        Optional<Subscription> known(Ask ask) {
            return approvals.subscriptions().stream()
                    .filter(each -> each.ask().equals(ask))
                    .findFirst();
        }

        void tells(Replica another) {
            merging.all()
                    .forEach(topic -> another.merging.take(
                            topic, merging.known(topic).orElseThrow().text()));
        }

        String standing(Ask ask) {
            return known(ask).map(each -> each.decision().label()).orElse("waits");
        }
    }

    /** Whatever is decided where, and whoever hears of it from whom in what order: in the end all know the same. */
    @Test
    void allComeToKnowTheSameWhateverTheOrder() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            for (int step = 0; step < 12; step++) {
                Replica replica = replicas.get(random.nextInt(3));
                Ask ask = random.nextBoolean() ? PAYMENTS : ADDRESS;
                switch (random.nextInt(4)) {
                    case 0 -> replica.tells(replicas.get(random.nextInt(3)));
                    case 1 -> clock.passes(Duration.ofMinutes(random.nextInt(90)));
                    default ->
                        replica.decides(
                                ask,
                                random.nextBoolean() ? Decision.APPROVED : Decision.REFUSED,
                                Optional.of(clock.instant().plusSeconds(1 + random.nextInt(20_000))));
                }
            }
            replicas.forEach(from -> replicas.forEach(from::tells));
            for (Replica each : replicas) {
                assertEquals(one.approvals.subscriptions(), each.approvals.subscriptions(), "seed " + seed);
            }
        }
    }

    @Test
    void aRefusalCountsMoreThanAnApprovalThatDidNotKnowOfIt() {
        one.decides(PAYMENTS, Decision.REFUSED, Optional.empty());
        clock.passes(Duration.ofMinutes(5));
        other.decides(PAYMENTS, Decision.APPROVED, Optional.empty());
        one.tells(other);
        other.tells(one);
        assertEquals("refused", one.standing(PAYMENTS));
        assertEquals("refused", other.standing(PAYMENTS));
        one.decides(PAYMENTS, Decision.APPROVED, Optional.empty());
        one.tells(other);
        assertEquals("approved", other.standing(PAYMENTS));
    }

    /** A clock that is ahead has no more to say. */
    @Test
    void whoKnowsOfADecisionCanReplaceItWhateverTheClocksSay() {
        clock.passes(Duration.ofHours(1));
        one.decides(PAYMENTS, Decision.APPROVED, Optional.empty());
        one.tells(other);
        clock.passes(Duration.ofHours(-1));
        Instant sooner = clock.instant().plusSeconds(60);
        other.decides(PAYMENTS, Decision.APPROVED, Optional.of(sooner));
        other.tells(one);
        one.tells(other);
        assertEquals(Optional.of(sooner), one.known(PAYMENTS).orElseThrow().until());
        assertEquals(one.known(PAYMENTS), other.known(PAYMENTS));
    }

    /** A replica that was away for long has the approval, and has not heard that it was cut short. */
    @Test
    void anApprovalThatWasCutShortDoesNotComeBack() {
        one.decides(ADDRESS, Decision.APPROVED, Optional.of(clock.instant().plus(Duration.ofDays(20))));
        one.tells(other);
        other.decides(ADDRESS, Decision.REFUSED, Optional.of(clock.instant().plusSeconds(60)));
        clock.passes(Duration.ofDays(2));
        other.approvals.tidy();
        one.tells(other);
        assertEquals("waits", other.standing(ADDRESS));
        other.tells(one);
        assertEquals("waits", one.standing(ADDRESS));
    }

    /** Or replicas would go on telling each other of it. */
    @Test
    void halfAnApprovalThatHasEndedIsLetGoByAll() {
        long number = one.asks(PAYMENTS);
        one.approvals.decide(
                new Order(
                        number,
                        Decision.APPROVED,
                        "alice",
                        Optional.of(clock.instant().plusSeconds(60)),
                        ""),
                true);
        one.tells(other);
        assertEquals(1, other.approvals.pending().get(0).approvals().size());
        clock.passes(Duration.ofSeconds(60));
        Topic topic = Topic.proposal(PAYMENTS);
        String text = one.merging.known(topic).orElseThrow().text();
        for (Replica each : List.of(one, other)) {
            assertEquals(Taken.OURS, each.merging.take(topic, text));
            assertEquals(Optional.empty(), each.merging.known(topic));
        }
    }

    @Test
    void requestsThatSeveralHaveCountedAreAddedOnce() {
        one.asks(PAYMENTS);
        one.tells(other);
        other.asks(PAYMENTS);
        one.asks(PAYMENTS);
        for (int i = 0; i < 3; i++) {
            Topic topic = Topic.pending(PAYMENTS);
            Merging.Known known = one.merging.known(topic).orElseThrow();
            one.merging.told(topic, Optional.of(known));
            other.merging.take(topic, known.text());
            known = other.merging.known(topic).orElseThrow();
            other.merging.told(topic, Optional.of(known));
            one.merging.take(topic, known.text());
        }
        assertEquals(3, one.approvals.pending().get(0).seen().count());
        assertEquals(3, other.approvals.pending().get(0).seen().count());
    }

    @Test
    void anAddressIsNotApprovedForLongerThanAnApproverCould() {
        Subscription approved = one.decides(
                ADDRESS, Decision.APPROVED, Optional.of(clock.instant().plus(Duration.ofDays(30))));
        String text = ApprovalLine.of(approved);
        for (String forged : List.of(
                text.replace("\"until\":\"2027-03-02", "\"until\":\"2027-03-03"),
                text.replaceFirst("\"until\":\"[^\"]*\",", ""),
                text.replaceFirst(",\"by0\".*", "}"),
                text.replace("10.0.0.7", "10.0.0.8"))) {
            assertEquals(Taken.UNUSABLE, other.merging.take(Topic.decision(ADDRESS), forged), forged);
        }
        assertEquals(List.of(), new ArrayList<>(other.approvals.subscriptions()));
        assertEquals(Taken.KNOWN, other.merging.take(Topic.decision(ADDRESS), text));
    }
}
