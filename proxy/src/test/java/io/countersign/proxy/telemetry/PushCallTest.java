package io.countersign.proxy.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.CompiledSnapshot;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.failover.Condition;
import io.countersign.proxy.failover.Failover;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.upstream.Acquired;
import io.countersign.proxy.upstream.ResponseListener;
import io.countersign.proxy.upstream.UpstreamFault;
import io.countersign.proxy.upstream.UpstreamRequest;
import io.countersign.proxy.upstream.UpstreamStream;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One push: what it says of the upstreams, and what becomes of its connection. */
class PushCallTest {
    private static final UpstreamFault REFUSED = new UpstreamFault(UpstreamFault.Kind.CONNECTION_REFUSED, "refused");

    private final CompletableFuture<Optional<String>> outcome = new CompletableFuture<>();
    private final List<String> done = new ArrayList<>();
    private final UpstreamStream stream = new UpstreamStream() {
        @Override
        public boolean send(UpstreamRequest request, ResponseListener listener) {
            done.add("send");
            return true;
        }

        @Override
        public void pause() {
            done.add("pause");
        }

        @Override
        public void resume() {
            done.add("resume");
        }

        @Override
        public void abandon() {
            done.add("abandon");
        }

        @Override
        public void giveBack() {
            done.add("give back");
        }
    };

    private CompiledSnapshot snapshot;
    private PushWays ways;
    private PushCall call;

    @BeforeEach
    void compile() throws StartFailure {
        snapshot = new CompiledSnapshot("""
                routes.one { upstream = "http://127.0.0.1:1", auth = none, match.path-prefix = /one }
                routes.two { upstream = ["http://127.0.0.1:1", "http://127.0.0.1:2"], auth = none, failover.failures = 1 }
                """);
        ways = new PushWays(route("two"));
        call = new PushCall(ways, outcome);
    }

    @AfterEach
    void close() {
        snapshot.close();
    }

    private Route route(String name) {
        return snapshot.get().routes().routes().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<Condition> conditions() {
        return failover().statuses().stream().map(each -> each.condition()).toList();
    }

    private Failover failover() {
        return route("two").state().failover().orElseThrow();
    }

    private void goesTo(int port, Optional<Route> way) {
        assertEquals(
                Optional.of("http://127.0.0.1:" + port),
                way.map(route -> route.upstream().toString()));
    }

    private static DefaultHttpResponse head(int status) {
        return new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
    }

    /** Its timer has ended it, and nobody waits for the connection any more; it may be there already. */
    @Test
    void aConnectionThatComesAfterTheDeadlineIsGivenBack() {
        ways.first();
        call.outOfTime("no response");
        assertFalse(call.takes(new Acquired.Got(stream, false)));
        assertEquals(List.of("give back"), done);
        assertEquals(Optional.of("no response"), outcome.join());
    }

    @Test
    void aResponseThatDoesNotComeInTimeIsAbandonedAndCounts() {
        goesTo(1, ways.first());
        assertTrue(call.takes(new Acquired.Got(stream, false)));
        call.outOfTime("no response");
        assertEquals(List.of("abandon"), done);
        assertEquals(List.of(Condition.OPEN, Condition.CLOSED), conditions());
    }

    @Test
    void whatCouldNotBeSentGoesOnAndTheNextPushBeginsThere() {
        goesTo(1, ways.first());
        goesTo(2, ways.afterFault(REFUSED));
        assertEquals(List.of(Condition.OPEN, Condition.CLOSED), conditions());
        assertEquals(1, failover().statuses().get(0).moved().get("connection_refused"));
        goesTo(2, new PushWays(route("two")).first());
        assertEquals(Optional.empty(), ways.afterFault(REFUSED));
        assertEquals(Optional.empty(), new PushWays(route("two")).first());
    }

    @Test
    void missingCredentialsSayNothingOfAnUpstream() {
        ways.first();
        goesTo(2, ways.withoutCredentials());
        assertEquals(Optional.empty(), ways.withoutCredentials());
        assertEquals(List.of(Condition.CLOSED, Condition.CLOSED), conditions());
    }

    @Test
    void aLimitOfOursSaysNothingOfAnUpstream() {
        ways.first();
        assertEquals(Optional.empty(), ways.afterFault(new UpstreamFault(UpstreamFault.Kind.CONNECTION_LIMIT, "full")));
        ways.end();
        assertEquals(List.of(Condition.CLOSED, Condition.CLOSED), conditions());
    }

    @ParameterizedTest
    @CsvSource({"200, CLOSED", "400, CLOSED", "403, CLOSED", "500, CLOSED", "502, OPEN", "503, OPEN", "504, OPEN"})
    void aResponseCountsAsThatOfARequestDoes(int status, Condition then) {
        ways.first();
        assertTrue(call.takes(new Acquired.Got(stream, false)));
        call.head(head(status));
        call.complete();
        assertEquals(then, conditions().get(0));
        assertEquals(status == 200, outcome.join().isEmpty());
    }

    /** An idle connection may be closed at the very moment at which it is used. */
    @ParameterizedTest
    @CsvSource({"true, CLOSED", "false, OPEN"})
    void aConnectionThatBreaksCountsIfItWasNew(boolean pooled, Condition then) {
        ways.first();
        assertTrue(call.takes(new Acquired.Got(stream, pooled)));
        call.failed(new UpstreamFault(UpstreamFault.Kind.CONNECTION_TERMINATED, "closed"));
        assertEquals(then, conditions().get(0));
        assertEquals(Optional.of("closed"), outcome.join());
    }

    @Test
    void aRouteWithOneUpstreamHasNoOther() {
        PushWays one = new PushWays(route("one"));
        goesTo(1, one.first());
        assertEquals(Optional.empty(), one.afterFault(REFUSED));
        assertEquals(Optional.empty(), one.withoutCredentials());
        one.responded(503);
        one.end();
        goesTo(1, new PushWays(route("one")).first());
    }
}
