package io.countersign.proxy.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.CompiledSnapshot;
import io.countersign.proxy.access.Rule;
import io.countersign.proxy.caller.Attribution;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.Identity;
import io.countersign.proxy.local.GuardResponses;
import io.countersign.proxy.local.LocalCause;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.route.RouteConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a guard that is plugged in can do: refuse, and set narrower terms, which the admitted route then carries. */
class GuardTest {
    private static CompiledSnapshot snapshot;

    @BeforeAll
    static void compile() throws Exception {
        snapshot = new CompiledSnapshot("""
                listeners = [ { bind = "127.0.0.1:0" } ], admin { bind = "127.0.0.1:0" }
                credentials {
                  default { access-key-id = AKIDEXAMPLE, secret-access-key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00 }
                  tenant { access-key-id = AKIDTENANT, secret-access-key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY01 }
                }
                limits.body = 1000 B
                routes {
                  all { match.path-prefix = "/", upstream = "https://abc.execute-api.us-east-1.amazonaws.com"
                        headers.set { X-Scope = everyone, X-Kept = kept } }
                  page { match { path-prefix = "/page", methods = [POST] }, cors = ["https://page.example"]
                         upstream = "https://abc.execute-api.us-east-1.amazonaws.com" }
                  narrow { match.path-prefix = "/narrow", upstream = "https://abc.execute-api.us-east-1.amazonaws.com" }
                }
                """);
    }

    @AfterAll
    static void close() {
        snapshot.close();
    }

    @Test
    void setsTermsThatTheAdmittedRouteCarries() {
        Terms terms = Terms.OF_THE_ROUTE
                .onlyRoutes(Set.of("all"))
                .signedWith("tenant")
                .setting(List.of(new RouteConfig.SetHeader("x-scope", "tenant", false)))
                .removing("X-Secret")
                .withMaxBody(10);

        Admitted admitted = assertInstanceOf(
                Admitted.class,
                Requested.of("POST", "/x").with("content-length", 10).decide(snapshot, before(terms)));

        assertEquals("all", admitted.route().name());
        assertEquals(
                "tenant", admitted.route().signing().orElseThrow().credentials().name());
        assertEquals(10, admitted.route().config().conditions().maxBody());
        assertTrue(admitted.route().config().rewrite().headers().remove().contains("x-secret"));
        assertEquals(
                List.of("X-Kept=kept", "x-scope=tenant"),
                admitted.route().config().rewrite().headers().set().stream()
                        .map(field -> field.name() + "=" + field.value())
                        .toList());
        assertEquals(
                LocalCause.BODY_TOO_LARGE,
                cause(Requested.of("POST", "/x").with("content-length", 11).decide(snapshot, before(terms))));
    }

    /** As each request of a tenant comes with terms that its guard has put together anew. */
    @Test
    void whatTermsMakeOfARouteIsMadeOnce() {
        Route route = admitted("/x", scoped("one"));
        assertSame(route, admitted("/y", scoped("one")));
        assertSame(route, admitted("/x", scoped("one").attributedTo(Attribution.ofTenant("t"))));
        assertNotSame(route, admitted("/x", scoped("other")));
        assertNotSame(route, admitted("/x", scoped("one").withMaxBody(10)));
        assertNotSame(route, admitted("/x", scoped("one").removing("X-Secret")));
        assertNotSame(route, admitted("/x", scoped("one").signedWith("tenant")));
        assertEquals("narrow", admitted("/narrow", scoped("one")).name());
    }

    private static Terms scoped(String scope) {
        return Terms.OF_THE_ROUTE.setting(List.of(new RouteConfig.SetHeader("x-scope", scope, false)));
    }

    private static Route admitted(String path, Terms terms) {
        return assertInstanceOf(Admitted.class, Requested.of("GET", path).decide(snapshot, before(terms)))
                .route();
    }

    @Test
    void narrowsTheRoutesOnceTheRouteIsKnownToo() {
        Terms others = routes("narrow");
        Guard late = new Guard() {
            @Override
            public Ruling judge(Caller caller, Head head, Route route) {
                return new Ruling.Pass(others);
            }
        };
        assertEquals(LocalCause.NO_ROUTE, cause(Requested.get("/x").decide(snapshot, late)));
        assertInstanceOf(Admitted.class, Requested.get("/narrow/x").decide(snapshot, late));
    }

    @Test
    void cannotRaiseALimit() {
        Admitted admitted = assertInstanceOf(
                Admitted.class, Requested.get("/x").decide(snapshot, before(Terms.OF_THE_ROUTE.withMaxBody(2000))));

        assertEquals(1000, admitted.route().config().conditions().maxBody());
    }

    /** Loopback alone may call, since there is no list. */
    @Test
    void isAskedAboutACallerOnNoListWhereCallersMayAsk() {
        Rule approval = new Rule("approval", "request 17");
        List<Optional<Identity>> asked = new ArrayList<>();
        Identity identity = new Identity(Identity.Kind.TOKEN, "payments");
        Guard knowing = before(Terms.OF_THE_ROUTE.attributedTo(Attribution.of(identity)));
        Guard letting = new Guard() {
            @Override
            public Unlisted unlisted(Caller caller, Head head) {
                asked.add(caller.identity());
                return new Unlisted.Let(approval);
            }
        };
        Requested request = Requested.get("/x").from("10.0.0.9");

        Admitted admitted = assertInstanceOf(Admitted.class, request.decideAsking(snapshot, knowing, letting));
        assertEquals(approval, admitted.findings().verdict().by());
        assertEquals(List.of(Optional.of(identity)), asked);

        assertEquals(LocalCause.UNLISTED, cause(request.decide(snapshot, knowing, letting)));
        assertEquals(LocalCause.UNLISTED, cause(request.decideAsking(snapshot, knowing)));
        assertEquals(1, asked.size());
    }

    @Test
    void canRefuseACallerOnNoListInItsOwnWords() {
        Guard asking = new Guard() {
            @Override
            public Unlisted unlisted(Caller caller, Head head) {
                return new Unlisted.Refuse(GuardResponses.notApproved("wait", Optional.empty(), 7));
            }
        };
        Requested request = Requested.of("POST", "/x").from("10.0.0.9");
        assertEquals(LocalCause.NOT_APPROVED, cause(request.decideAsking(snapshot, asking)));
        assertTrue(request.decideAsking(snapshot, asking).findings().keepsData());
    }

    @Test
    void isNeverAskedAboutACallerThatADenyEntryNames() {
        Guard letting = new Guard() {
            @Override
            public Unlisted unlisted(Caller caller, Head head) {
                throw new AssertionError("asked");
            }
        };
        assertEquals(LocalCause.DENIED, cause(Requested.get("/x").deniedBefore().decideAsking(snapshot, letting)));
        assertInstanceOf(Admitted.class, Requested.get("/x").decideAsking(snapshot, letting));
    }

    @Test
    void hidesARouteWithoutLettingAWiderOneTakeItsRequests() {
        Guard onlyAll = before(routes("all"));

        assertInstanceOf(Admitted.class, Requested.get("/wide").decide(snapshot, onlyAll));
        assertEquals(LocalCause.NO_ROUTE, cause(Requested.get("/narrow").decide(snapshot, onlyAll)));
    }

    @Test
    void lettingARouteBeTakenLetsPagesAskForItToo() {
        Requested preflight = Requested.of("OPTIONS", "/page")
                .with("origin", "https://page.example")
                .with("access-control-request-method", "POST");
        assertInstanceOf(Preflight.class, preflight.decide(snapshot));
        assertInstanceOf(Preflight.class, preflight.decide(snapshot, before(routes("page"))));
        assertInstanceOf(Refused.class, preflight.decide(snapshot, before(routes("all"))));
        Requested noPage = Requested.of("OPTIONS", "/page").with("access-control-request-method", "POST");
        assertEquals(LocalCause.METHOD, cause(noPage.decide(snapshot)));
        assertEquals(LocalCause.METHOD, cause(noPage.decide(snapshot, before(routes("page")))));
        assertEquals(LocalCause.NO_ROUTE, cause(noPage.decide(snapshot, before(routes("narrow")))));
    }

    @Test
    void leavesWhatEveryGuardAllows() {
        assertEquals(
                LocalCause.NO_ROUTE,
                cause(Requested.get("/x").decide(snapshot, before(routes("all", "narrow")), before(routes("narrow")))));
        assertInstanceOf(
                Admitted.class,
                Requested.get("/narrow").decide(snapshot, before(routes("all", "narrow")), before(routes("narrow"))));
    }

    @Test
    void refusesWhereItsCredentialsAreUnknown() {
        Terms terms = Terms.OF_THE_ROUTE.signedWith("gone");

        assertEquals(LocalCause.NO_CREDENTIALS, cause(Requested.get("/x").decide(snapshot, before(terms))));
    }

    @Test
    void isAskedAfterTheHeadIsSoundAndBeforeARouteIsLookedFor() {
        List<String> asked = new ArrayList<>();
        Guard refusing = new Guard() {
            @Override
            public Ruling judge(Caller caller, Head head) {
                asked.add(head.target().path());
                return new Ruling.Refuse(LocalResponses.browser("not you"));
            }
        };

        assertEquals(LocalCause.DRAINING, cause(Requested.get("/late").tooLate().decide(snapshot, refusing)));
        assertEquals(LocalCause.BROWSER, cause(Requested.get("/x").decide(snapshot, refusing, refusing)));
        assertEquals(List.of("/x"), asked);
    }

    @Test
    void isAskedAgainOnceTheRouteIsKnown() {
        Guard ofNarrow = new Guard() {
            @Override
            public Ruling judge(Caller caller, Head head, Route route) {
                return route.name().equals("narrow")
                        ? new Ruling.Refuse(LocalResponses.noCredentials(caller.toString()))
                        : new Ruling.Pass(Terms.OF_THE_ROUTE);
            }
        };

        assertInstanceOf(Admitted.class, Requested.get("/x").decide(snapshot, ofNarrow));
        assertEquals(LocalCause.NO_CREDENTIALS, cause(Requested.get("/narrow").decide(snapshot, ofNarrow)));
    }

    @Test
    void whoTheCallerIsReachesTheLaterQuestionsAndTheLog() {
        Identity identity = new Identity(Identity.Kind.TOKEN, "payments");
        List<Attribution> seen = new ArrayList<>();
        Guard knows = before(Terms.OF_THE_ROUTE.attributedTo(Attribution.of(identity)));
        Guard asks = new Guard() {
            @Override
            public Ruling judge(Caller caller, Head head) {
                seen.add(caller.attribution());
                return new Ruling.Pass(Terms.OF_THE_ROUTE.attributedTo(Attribution.ofTenant("t")));
            }

            @Override
            public Ruling judge(Caller caller, Head head, Route route) {
                seen.add(caller.attribution());
                return Guard.super.judge(caller, head, route);
            }

            @Override
            public Entry enter(Caller caller, Head head, Route route) {
                seen.add(caller.attribution());
                return Guard.super.enter(caller, head, route);
            }
        };

        Decision decision = Requested.get("/x").decide(snapshot, knows, asks);

        Attribution both = new Attribution(Optional.of(identity), Optional.of("t"));
        assertEquals(List.of(Attribution.of(identity), both, both), seen);
        assertEquals(both, decision.findings().caller().attribution());
    }

    @Test
    void whatIsSetAsideIsGivenBackByWhoeverHasTheRequest() {
        AtomicInteger held = new AtomicInteger();
        Admitted admitted =
                assertInstanceOf(Admitted.class, Requested.get("/x").decide(snapshot, holding(held), holding(held)));
        assertEquals(2, held.get());
        admitted.lease().end();
        admitted.lease().end();
        assertEquals(0, held.get());
    }

    @Test
    void whatIsSetAsideIsGivenBackWhenALaterGuardRefusesOrFails() {
        AtomicInteger held = new AtomicInteger();
        Guard refuses = entering(() -> new Guard.Entry.Refuse(LocalResponses.noCredentials("x")));
        Guard fails = entering(() -> {
            throw new IllegalStateException("a guard's own fault");
        });

        assertEquals(
                LocalCause.NO_CREDENTIALS,
                cause(Requested.get("/x").decide(snapshot, holding(held), refuses, holding(held))));
        assertEquals(0, held.get());
        assertThrows(IllegalStateException.class, () -> Requested.get("/x").decide(snapshot, holding(held), fails));
        assertEquals(0, held.get());
    }

    @Test
    void nothingIsSetAsideForWhatIsRefusedAnyway() {
        AtomicInteger held = new AtomicInteger();
        assertEquals(
                LocalCause.BODY_TOO_LARGE,
                cause(Requested.of("POST", "/x").with("content-length", 1001).decide(snapshot, holding(held))));
        assertEquals(0, held.get());
    }

    private static Guard holding(AtomicInteger held) {
        return entering(() -> {
            held.incrementAndGet();
            return new Guard.Entry.Granted(held::decrementAndGet);
        });
    }

    private static Guard entering(Supplier<Guard.Entry> entry) {
        return new Guard() {
            @Override
            public Entry enter(Caller caller, Head head, Route route) {
                return entry.get();
            }
        };
    }

    private static Terms routes(String... names) {
        return Terms.OF_THE_ROUTE.onlyRoutes(Set.of(names));
    }

    private static Guard before(Terms terms) {
        return new Guard() {
            @Override
            public Ruling judge(Caller caller, Head head) {
                return new Ruling.Pass(terms);
            }
        };
    }

    private static LocalCause cause(Decision decision) {
        return assertInstanceOf(Refused.class, decision).response().cause();
    }

    /** The first host's upstream is let go for the others' meanwhile; connections of that one would not be kept. */
    @Test
    void whatTermsMakeOfARouteGoesWithTheUpstreamOfItsHost() throws Exception {
        try (CompiledSnapshot hosts = new CompiledSnapshot("""
                listeners = [ { bind = "127.0.0.1:0" } ], admin { bind = "127.0.0.1:0" }
                credentials { default { access-key-id = AKIDEXAMPLE, secret-access-key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00 } }
                routes { any { upstream = from-host, match.hosts = ["*.s3.*.amazonaws.com", "*.s3.amazonaws.com"], buckets = ["*"] } }
                """)) {
            for (int i = 0; i < 200; i++) {
                toBucket(hosts, i);
            }
            assertFalse(toBucket(hosts, 0).upstream().isRetired());
        }
    }

    private static Route toBucket(CompiledSnapshot hosts, int number) {
        Requested request =
                Requested.of("GET", "/x").without("host").with("host", "b" + number + ".s3.eu-west-1.amazonaws.com");
        return assertInstanceOf(Admitted.class, request.decide(hosts, before(scoped("one"))))
                .route();
    }
}
