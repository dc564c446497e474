package io.countersign.gateway.approval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.approval.PendingCallers.Request;
import io.countersign.gateway.approval.Subscription.Decision;
import io.countersign.gateway.testing.MovedClock;
import io.countersign.proxy.net.IpAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ApprovalsTest {
    private static final Request WRITE = new Request("POST /w", "socket");
    private static final boolean FOUR_EYES = true;

    private final MovedClock clock = new MovedClock("2027-01-31T12:00:00Z");
    private final Approvals approvals = new Approvals(clock, ApprovalEvents.NONE, 20, Approvals.Contents.NONE);

    private static Ask address(String address) {
        return new Ask(CallerKey.address(IpAddress.parse(address)), Optional.of("metrics"));
    }

    private static Ask token(String name) {
        return new Ask(new CallerKey(CallerKey.Kind.TOKEN, name), Optional.of("metrics"));
    }

    private long waiting(Ask ask) {
        return assertInstanceOf(Standing.Waits.class, approvals.ask(ask, () -> WRITE))
                .number();
    }

    private Outcome decide(long number, Decision decision, String actor, Optional<Instant> until) {
        return approvals.decide(new Order(number, decision, actor, until, ""), false);
    }

    private Subscription approved(Ask ask, Optional<Instant> until) {
        Outcome outcome = decide(waiting(ask), Decision.APPROVED, "alice", until);
        return assertInstanceOf(Outcome.Decided.class, outcome).subscription();
    }

    private void assertApproved(Ask ask) {
        assertInstanceOf(Standing.Approved.class, approvals.ask(ask, () -> WRITE));
    }

    @Test
    void aCallerAppearsOnceForEachRouteHoweverOftenItAsks() {
        long number = waiting(address("10.0.0.7"));
        clock.passes(Duration.ofMinutes(1));
        approvals.ask(address("10.0.0.7"), () -> new Request("GET /q", "socket"));
        approvals.ask(new Ask(address("10.0.0.7").caller(), Optional.of("logs")), () -> WRITE);
        approvals.ask(new Ask(address("10.0.0.7").caller(), Optional.empty()), () -> WRITE);
        List<Pending> all = approvals.pending();
        assertEquals(3, all.size());
        Pending first = all.get(0);
        assertEquals(number, first.number());
        assertEquals(2, first.seen().count());
        assertEquals("GET /q", first.seen().request());
        assertEquals(
                Duration.ofMinutes(1),
                Duration.between(first.seen().first(), first.seen().last()));
    }

    @Test
    void hostsOfOneIpv6NetworkAreOneCaller() {
        long number = waiting(address("2001:db8:1:2::1"));
        assertEquals(number, waiting(address("2001:db8:1:2:ffff::9")));
        assertEquals(
                "2001:db8:1:2::/64", approvals.pending().get(0).ask().caller().name());
        assertTrue(waiting(address("2001:db8:1:3::1")) > number);
    }

    @Test
    void anApprovedAddressHasAnEndAndAnIdentityNeedNotHaveOne() {
        assertEquals(
                Optional.of(clock.instant().plus(Duration.ofHours(8))),
                approved(address("10.0.0.7"), Optional.empty()).until());
        assertEquals(
                Optional.empty(), approved(token("payments"), Optional.empty()).until());
        Instant last = clock.instant().plus(Duration.ofDays(30));
        long other = waiting(address("10.0.0.8"));
        assertInstanceOf(
                Outcome.Invalid.class, decide(other, Decision.APPROVED, "alice", Optional.of(last.plusSeconds(1))));
        assertInstanceOf(Outcome.Decided.class, decide(other, Decision.APPROVED, "alice", Optional.of(last)));
    }

    @Test
    void anEndThatHasPassedIsRefused() {
        long number = waiting(token("payments"));
        assertInstanceOf(
                Outcome.Invalid.class, decide(number, Decision.APPROVED, "alice", Optional.of(clock.instant())));
        assertInstanceOf(
                Outcome.Decided.class,
                decide(
                        number,
                        Decision.APPROVED,
                        "alice",
                        Optional.of(clock.instant().plusSeconds(1))));
    }

    @Test
    void anApprovalEndsOnTime() {
        approved(address("10.0.0.7"), Optional.empty());
        clock.passes(Duration.ofHours(8).minusMillis(1));
        assertApproved(address("10.0.0.7"));
        clock.passes(Duration.ofMillis(1));
        assertInstanceOf(Standing.Waits.class, approvals.ask(address("10.0.0.7"), () -> WRITE));
    }

    @Test
    void aProposalGoesWithTheDecisionThatItWasToChange() {
        long number = waiting(address("10.0.0.7"));
        decide(number, Decision.REFUSED, "alice", Optional.empty());
        approvals.decide(new Order(number, Decision.APPROVED, "alice", Optional.empty(), ""), FOUR_EYES);
        assertEquals(1, approvals.contents().proposals().size());
        approvals.tidy();
        assertEquals(1, approvals.contents().proposals().size());
        clock.passes(Duration.ofDays(1));
        approvals.tidy();
        assertEquals(0, approvals.contents().proposals().size());
    }

    @Test
    void anApprovalIsForOneRouteAndOneCaller() {
        approved(address("10.0.0.7"), Optional.empty());
        assertInstanceOf(Standing.Waits.class, approvals.ask(address("10.0.0.8"), () -> WRITE));
        assertInstanceOf(
                Standing.Waits.class,
                approvals.ask(new Ask(address("10.0.0.7").caller(), Optional.of("logs")), () -> WRITE));
        assertInstanceOf(
                Standing.Waits.class,
                approvals.ask(new Ask(address("10.0.0.7").caller(), Optional.empty()), () -> WRITE));
    }

    @Test
    void aRefusalCountsForAWhile() {
        Ask ask = address("10.0.0.7");
        decide(waiting(ask), Decision.REFUSED, "alice", Optional.empty());
        assertInstanceOf(Standing.Refused.class, approvals.ask(ask, () -> WRITE));
        assertEquals(List.of(), approvals.pending());
        clock.passes(Duration.ofDays(1));
        assertInstanceOf(Standing.Waits.class, approvals.ask(ask, () -> WRITE));
    }

    @Test
    void aDecisionCanBeTakenBackByItsNumber() {
        Ask ask = token("payments");
        long number = waiting(ask);
        decide(number, Decision.APPROVED, "alice", Optional.empty());
        assertApproved(ask);
        decide(number, Decision.REFUSED, "bob", Optional.empty());
        assertInstanceOf(Standing.Refused.class, approvals.ask(ask, () -> WRITE));
        decide(number, Decision.APPROVED, "alice", Optional.empty());
        assertApproved(ask);
        assertEquals(1, approvals.subscriptions().size());
    }

    @Test
    void thereIsNothingToDecideAboutANumberThatWasNotGiven() {
        waiting(token("payments"));
        assertInstanceOf(Outcome.Unknown.class, decide(2, Decision.APPROVED, "alice", Optional.empty()));
    }

    @Test
    void withFourEyesTwoDifferentTokensHaveToApprove() {
        Ask ask = token("payments");
        Order first = new Order(
                waiting(ask),
                Decision.APPROVED,
                "alice",
                Optional.of(clock.instant().plusSeconds(60)),
                "asked by mail");
        assertInstanceOf(Outcome.NeedsAnother.class, approvals.decide(first, FOUR_EYES));
        assertInstanceOf(Outcome.NeedsAnother.class, approvals.decide(first, FOUR_EYES));
        assertInstanceOf(Standing.Waits.class, approvals.ask(ask, () -> WRITE));
        assertEquals("alice", approvals.pending().get(0).approvals().get(0).by().name());
        Order second = new Order(first.number(), Decision.APPROVED, "bob", Optional.empty(), "");
        Subscription decided = assertInstanceOf(Outcome.Decided.class, approvals.decide(second, FOUR_EYES))
                .subscription();
        assertEquals("alice, bob", decided.deciders());
        // The first has agreed to a minute, and not to more.
        assertEquals(Optional.of(clock.instant().plusSeconds(60)), decided.until());
        assertApproved(ask);
    }

    @Test
    void withFourEyesOneSufficesToRefuse() {
        Ask ask = token("payments");
        Order refusal = new Order(waiting(ask), Decision.REFUSED, "alice", Optional.empty(), "");
        assertInstanceOf(Outcome.Decided.class, approvals.decide(refusal, FOUR_EYES));
        assertInstanceOf(Standing.Refused.class, approvals.ask(ask, () -> WRITE));
        // Nor is the way around it to approve what was refused.
        Order approval = new Order(refusal.number(), Decision.APPROVED, "alice", Optional.empty(), "");
        assertInstanceOf(Outcome.NeedsAnother.class, approvals.decide(approval, FOUR_EYES));
        assertInstanceOf(Standing.Refused.class, approvals.ask(ask, () -> WRITE));
    }

    @Test
    void aHalfApprovalThatHasEndedCountsNoMore() {
        Ask ask = token("payments");
        long number = waiting(ask);
        approvals.decide(
                new Order(
                        number,
                        Decision.APPROVED,
                        "alice",
                        Optional.of(clock.instant().plusSeconds(60)),
                        ""),
                FOUR_EYES);
        clock.passes(Duration.ofSeconds(60));
        assertInstanceOf(
                Outcome.NeedsAnother.class,
                approvals.decide(new Order(number, Decision.APPROVED, "bob", Optional.empty(), ""), FOUR_EYES));
    }

    /** The list has 20 places; one network may fill it, and then replaces its own. */
    @Test
    void aFloodReplacesThoseWhoAskedOnceAndNotThoseWhoAskAgainAndAgain() {
        Ask agent = address("192.0.2.1");
        long number = waiting(agent);
        Ask approvedOnce = address("192.0.2.2");
        approved(approvedOnce, Optional.empty());
        for (int i = 0; i < 90; i++) {
            clock.passes(Duration.ofMillis(1));
            approvals.ask(address("10." + i + ".0.1"), () -> WRITE);
            assertEquals(number, waiting(agent));
        }
        assertEquals(20, approvals.pending().size());
        assertEquals(71, approvals.replaced());
        assertEquals(number, approvals.pending().get(0).number());
        assertApproved(approvedOnce);
    }

    @Test
    void theOldestQuietCallerGoesFirst() {
        List<Ask> asks = IntStream.range(0, 20)
                .mapToObj(i -> address("10." + i + ".0.1"))
                .toList();
        asks.forEach(this::waiting);
        // Has asked often, and is silent now; the others go on.
        approvals.ask(asks.get(3), () -> WRITE);
        approvals.ask(asks.get(3), () -> WRITE);
        clock.passes(Duration.ofMinutes(15));
        asks.stream().filter(ask -> !ask.equals(asks.get(3))).forEach(this::waiting);
        waiting(address("10.99.0.1"));
        assertTrue(approvals.pending().stream().noneMatch(each -> each.ask().equals(asks.get(3))));
    }

    @Test
    void oneNetworkReplacesItsOwnOnceItHasAnEighthOfTheList() {
        List<Ask> others = IntStream.range(0, 18)
                .mapToObj(i -> address("10." + i + ".0.1"))
                .toList();
        others.forEach(this::waiting);
        for (int i = 0; i < 60; i++) {
            clock.passes(Duration.ofSeconds(1));
            waiting(address("2001:db8:1:" + Integer.toHexString(i) + "::1"));
        }
        List<Ask> left = approvals.pending().stream().map(Pending::ask).toList();
        assertTrue(left.containsAll(others), left::toString);
        assertEquals(20, left.size());
    }

    @Test
    void aFloodCostsABoundedNumberOfReplacements() {
        int found = 0;
        for (int i = 0; i < 1000; i++) {
            Standing standing = approvals.ask(address("10." + i / 250 + "." + i % 250 + ".1"), () -> WRITE);
            found += standing instanceof Standing.NoRoom ? 1 : 0;
        }
        assertEquals(PendingCallers.MAX_REPLACED, approvals.replaced());
        assertEquals(1000 - 20 - PendingCallers.MAX_REPLACED, found);
        assertEquals(found, approvals.leftOut());
        clock.passes(Duration.ofSeconds(1));
        assertInstanceOf(Standing.Waits.class, approvals.ask(address("192.0.2.1"), () -> WRITE));
    }

    @Test
    void whatOneHasApprovedIsNotReplaced() {
        long number = waiting(token("payments"));
        approvals.decide(new Order(number, Decision.APPROVED, "alice", Optional.empty(), ""), FOUR_EYES);
        clock.passes(Duration.ofHours(1));
        IntStream.range(0, 90).forEach(i -> approvals.ask(address("10." + i + ".0.1"), () -> WRITE));
        assertEquals(number, approvals.pending().get(0).number());
    }

    @Test
    void whoHasGivenUpIsForgotten() {
        waiting(token("payments"));
        clock.passes(Approvals.FORGOTTEN);
        approvals.tidy();
        assertEquals(1, approvals.pending().size());
        clock.passes(Duration.ofMillis(1));
        approvals.tidy();
        assertEquals(List.of(), approvals.pending());
    }

    /** Several event loops at once, the same callers on each, while others are decided on. */
    @Test
    void severalLoopsGiveEachCallerOneNumberAndLoseNoCount() throws Exception {
        int loops = 4;
        int rounds = 2000;
        int callers = 15;
        CyclicBarrier start = new CyclicBarrier(loops + 1);
        AtomicInteger wrong = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < loops; t++) {
            threads.add(new Thread(() -> {
                try {
                    start.await();
                    for (int i = 0; i < rounds; i++) {
                        approvals.ask(address("10." + i % callers + ".0.1"), () -> WRITE);
                        // Decided on meanwhile: never anything but waiting, and then approved for good.
                        Standing standing = approvals.ask(token("t" + i % 4), () -> WRITE);
                        if (standing instanceof Standing.Refused || standing instanceof Standing.NoRoom) {
                            wrong.incrementAndGet();
                        }
                    }
                } catch (Exception e) {
                    wrong.incrementAndGet();
                }
            }));
        }
        threads.forEach(Thread::start);
        start.await();
        for (int decided = 0; decided < 4; ) {
            for (Pending each : approvals.pending()) {
                if (each.ask().caller().isIdentity()
                        && decide(each.number(), Decision.APPROVED, "alice", Optional.empty())
                                instanceof Outcome.Decided) {
                    decided++;
                }
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, wrong.get());
        List<Pending> left = approvals.pending();
        assertEquals(callers, left.size(), left::toString);
        assertEquals(
                (long) loops * rounds,
                left.stream().mapToLong(each -> each.seen().count()).sum());
        assertEquals(4, approvals.subscriptions().size());
    }
}
