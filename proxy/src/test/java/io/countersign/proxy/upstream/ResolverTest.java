package io.countersign.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.testing.Gate;
import io.countersign.testing.Await;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names are looked up off the loops, once at a time each, and lead only where their upstream may be. */
class ResolverTest {
    @ParameterizedTest
    @ValueSource(strings = {"localhost", "api.localhost", "a.b.localhost"})
    void connectsInTheClearOnlyToLoopback(String host) throws Exception {
        assertEquals(addresses("127.0.0.1"), resolved(upstream(false, host), "127.0.0.1"));
        prohibits(upstream(false, host), "10.0.0.5");
        prohibits(upstream(false, host), "169.254.169.254");
    }

    @Test
    void dropsTheAddressesOfANameInTheClearThatAreNotLoopback() throws Exception {
        assertEquals(addresses("::1"), resolved(upstream(false, "api.localhost"), "10.0.0.5", "::1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "::1",
                "0.0.0.0",
                "169.254.170.2",
                "fd00:ec2::254",
                "64:ff9b:1::a9fe:a9fe",
                "::a9fe:a9fe",
                "::7f00:1",
                "::ffff:0:a9fe:a9fe",
                "2002:a9fe:a9fe::"
            })
    void aNameMustNotLeadHomeOrToMetadata(String address) throws Exception {
        prohibits(upstream(true, "api.example"), address);
        assertEquals(addresses("10.0.0.5"), resolved(upstream(true, "api.example"), address, "10.0.0.5"));
    }

    @Test
    void judgesTheHostThatIsConnectedToRatherThanTheUrls() throws Exception {
        UpstreamConfig plain = new UpstreamConfig(
                Transport.http(),
                new HostPort("127.0.0.1", 80),
                "",
                Optional.of(new HostPort("api.localhost", 8080)),
                Optional.empty(),
                Optional.empty());
        prohibits(plain, "10.0.0.5");
        assertEquals(addresses("127.0.0.1"), resolved(plain, "127.0.0.1"));
    }

    @Test
    void asksOnceForANameHoweverManyWait() throws Exception {
        Gate gate = new Gate();
        AtomicInteger asked = new AtomicInteger();
        try (Resolver resolver = new Resolver(host -> {
            asked.incrementAndGet();
            gate.pass();
            return addresses("10.0.0.5").toArray(new InetAddress[0]);
        })) {
            List<CompletableFuture<List<InetAddress>>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                answers.add(resolver.resolve(upstream(true, "api.example")));
            }
            gate.open();
            for (CompletableFuture<List<InetAddress>> answer : answers) {
                assertEquals(addresses("10.0.0.5"), answer.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS));
            }
            assertEquals(1, asked.get());
        }
    }

    @Test
    void namesThatHangDoNotHoldUpOthers() throws Exception {
        Gate gate = new Gate();
        try (Resolver resolver = new Resolver(host -> {
            if (host.startsWith("hangs")) {
                gate.pass();
            }
            return addresses("10.0.0.5").toArray(new InetAddress[0]);
        })) {
            for (int i = 0; i < 8; i++) {
                assertFalse(resolver.resolve(upstream(true, "hangs" + i + ".example"))
                        .isDone());
            }
            assertEquals(addresses("10.0.0.5"), get(resolver.resolve(upstream(true, "api.example"))));
            gate.open();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFailureIsNotRemembered(boolean ours) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (Resolver resolver = new Resolver(host -> {
            if (asked.incrementAndGet() > 1) {
                return addresses("10.0.0.5").toArray(new InetAddress[0]);
            }
            if (ours) {
                throw new StackOverflowError();
            }
            throw new UnknownHostException(host);
        })) {
            CompletableFuture<List<InetAddress>> first = resolver.resolve(upstream(true, "api.example"));
            assertThrows(ExecutionException.class, () -> get(first));
            assertEquals(addresses("10.0.0.5"), get(resolver.resolve(upstream(true, "api.example"))));
        }
    }

    @Test
    void looksUpNoLiteral() throws Exception {
        try (Resolver resolver = new Resolver(host -> {
            throw new AssertionError("looked up " + host);
        })) {
            assertEquals(addresses("10.0.0.5"), get(resolver.resolve(upstream(true, "10.0.0.5"))));
            assertEquals(addresses("::1"), get(resolver.resolve(upstream(false, "::1"))));
        }
    }

    @Test
    void theLastAddressesServeWhileTheNameCannotBeResolvedAndForNoLonger() throws Exception {
        Names names = new Names();
        try (Resolver resolver = new Resolver(names, Duration.ofMinutes(10), names.ticker)) {
            names.answer("10.0.0.5");
            assertEquals(addresses("10.0.0.5"), get(resolver.resolve(upstream(true, "api.example"))));
            names.fail();
            names.pass(Duration.ofSeconds(599));
            assertEquals(addresses("10.0.0.5"), get(resolver.resolve(upstream(true, "api.example"))));
            names.pass(Duration.ofSeconds(1));
            CompletableFuture<List<InetAddress>> late = resolver.resolve(upstream(true, "api.example"));
            assertThrows(ExecutionException.class, () -> get(late));
            names.answer("10.0.0.6");
            assertEquals(addresses("10.0.0.6"), get(resolver.resolve(upstream(true, "api.example"))));
            assertEquals(Map.of("resolver", 2L, "last_good", 1L, "none", 1L), resolver.counts());
        }
    }

    @Test
    void aNameThatFailsIsAskedForAllTheSame() throws Exception {
        Names names = new Names();
        try (Resolver resolver = new Resolver(names, Duration.ofMinutes(10), names.ticker)) {
            names.answer("10.0.0.5");
            get(resolver.resolve(upstream(true, "api.example")));
            names.fail();
            get(resolver.resolve(upstream(true, "api.example")));
            names.hang();
            for (int i = 0; i < 5; i++) {
                assertEquals(addresses("10.0.0.5"), get(resolver.resolve(upstream(true, "api.example"))));
            }
            assertEquals(3, names.asked, "one question at a time");
            names.hanging.complete(addresses("10.0.0.6"));
            names.answer("10.0.0.6");
            assertEquals(addresses("10.0.0.6"), get(resolver.resolve(upstream(true, "api.example"))));
        }
    }

    @Test
    void anAnswerThatIsLateIsWaitedForLessWhereThereIsAnOlderOne() throws Exception {
        Names names = new Names();
        try (Resolver resolver = new Resolver(names, Duration.ofMinutes(10), names.ticker)) {
            UpstreamConfig upstream = upstream(true, "api.example");
            Duration limit = Duration.ofSeconds(3);
            assertEquals(limit, resolver.patience(upstream, limit));
            assertEquals(Optional.empty(), resolver.instead(upstream));
            names.answer("10.0.0.5");
            get(resolver.resolve(upstream));
            assertEquals(Duration.ofSeconds(1), resolver.patience(upstream, limit));
            assertEquals(Duration.ofMillis(10), resolver.patience(upstream, Duration.ofMillis(10)));
            names.hang();
            assertFalse(resolver.resolve(upstream).isDone());
            assertEquals(Optional.of(addresses("10.0.0.5")), resolver.instead(upstream));
            assertTrue(resolver.resolve(upstream).isDone());
        }
    }

    @Test
    void theLastAddressesAreJudgedAsWell() throws Exception {
        Names names = new Names();
        try (Resolver resolver = new Resolver(names, Duration.ofMinutes(10), names.ticker)) {
            names.answer("127.0.0.1", "10.0.0.5");
            get(resolver.resolve(upstream(true, "api.localhost")));
            names.fail();
            assertEquals(addresses("127.0.0.1"), get(resolver.resolve(upstream(true, "api.localhost"))));
            assertEquals(Optional.of(addresses("127.0.0.1")), resolver.instead(upstream(true, "api.localhost")));
        }
    }

    /** Or an attacker who answers for the name would be let in by whoever answered before. */
    @Test
    void aForbiddenAnswerIsNoReasonToUseTheLastOne() throws Exception {
        Names names = new Names();
        try (Resolver resolver = new Resolver(names, Duration.ofMinutes(10), names.ticker)) {
            names.answer("10.0.0.5");
            get(resolver.resolve(upstream(true, "api.example")));
            names.answer("169.254.169.254");
            CompletableFuture<List<InetAddress>> changed = resolver.resolve(upstream(true, "api.example"));
            ExecutionException failure = assertThrows(ExecutionException.class, () -> get(changed));
            assertInstanceOf(Resolver.ProhibitedException.class, failure.getCause());
        }
    }

    @Test
    void nothingIsKeptOfNamesThatWereResolvedLongestAgo() throws Exception {
        Names names = new Names();
        try (Resolver resolver = new Resolver(names, Duration.ofMinutes(10), names.ticker)) {
            names.answer("10.0.0.5");
            for (int i = 0; i <= LastAnswers.MAX; i++) {
                get(resolver.resolve(upstream(true, "api" + i + ".example")));
            }
            names.fail();
            CompletableFuture<List<InetAddress>> oldest = resolver.resolve(upstream(true, "api0.example"));
            assertThrows(ExecutionException.class, () -> get(oldest));
            assertEquals(addresses("10.0.0.5"), get(resolver.resolve(upstream(true, "api1.example"))));
        }
    }

    @Test
    void withoutATimeForThemNoLastAddressesAreUsed() throws Exception {
        Names names = new Names();
        try (Resolver resolver = new Resolver(names, Duration.ZERO, names.ticker)) {
            names.answer("10.0.0.5");
            get(resolver.resolve(upstream(true, "api.example")));
            names.fail();
            CompletableFuture<List<InetAddress>> failed = resolver.resolve(upstream(true, "api.example"));
            assertThrows(ExecutionException.class, () -> get(failed));
        }
    }

    /** Answers in the test's hands, and the time. */
    private static final class Names implements NameLookup {
        final MockTicker ticker = Ticker.newMockTicker();
        CompletableFuture<List<InetAddress>> hanging = new CompletableFuture<>();
        int asked;
        private CompletableFuture<List<InetAddress>> answer = hanging;

        void answer(String... literals) throws UnknownHostException {
            answer = CompletableFuture.completedFuture(ResolverTest.addresses(literals));
        }

        void fail() {
            answer = CompletableFuture.failedFuture(new UnknownHostException("SERVFAIL"));
        }

        void hang() {
            hanging = new CompletableFuture<>();
            answer = hanging;
        }

        void pass(Duration time) {
            ticker.advance(time.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public CompletableFuture<List<InetAddress>> addresses(String host) {
            asked++;
            return answer;
        }

        @Override
        public void close() {}
    }

    private static void prohibits(UpstreamConfig upstream, String... addresses) {
        ExecutionException failure =
                assertThrows(ExecutionException.class, () -> resolved(upstream, addresses), upstream.host());
        Resolver.ProhibitedException why = assertInstanceOf(Resolver.ProhibitedException.class, failure.getCause());
        assertTrue(why.getMessage().startsWith(upstream.address().host() + " resolves to "), why.getMessage());
    }

    private static List<InetAddress> resolved(UpstreamConfig upstream, String... literals) throws Exception {
        try (Resolver resolver = new Resolver(host -> addresses(literals).toArray(new InetAddress[0]))) {
            return get(resolver.resolve(upstream));
        }
    }

    private static List<InetAddress> get(CompletableFuture<List<InetAddress>> answer) throws Exception {
        return answer.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static List<InetAddress> addresses(String... literals) throws UnknownHostException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String literal : literals) {
            addresses.add(InetAddress.getByName(literal));
        }
        return addresses;
    }

    static UpstreamConfig upstream(boolean tls, String host) {
        return new UpstreamConfig(
                tls ? Transport.tls(Optional.empty()) : Transport.http(),
                new HostPort(host, tls ? 443 : 80),
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
