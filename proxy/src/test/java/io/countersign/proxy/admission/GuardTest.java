package io.countersign.proxy.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.countersign.proxy.CompiledSnapshot;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.local.LocalCause;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.route.RouteConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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
        Terms terms = new Terms(
                Optional.of(Set.of("all")),
                Optional.of("tenant"),
                List.of(new RouteConfig.SetHeader("x-scope", "tenant", false)),
                OptionalLong.of(10));

        Admitted admitted = assertInstanceOf(
                Admitted.class,
                Requested.of("POST", "/x").with("content-length", 10).decide(snapshot, before(terms)));

        assertEquals("all", admitted.route().name());
        assertEquals(
                "tenant", admitted.route().signing().orElseThrow().credentials().name());
        assertEquals(10, admitted.route().config().conditions().maxBody());
        assertEquals(
                List.of("X-Kept=kept", "x-scope=tenant"),
                admitted.route().config().rewrite().headers().set().stream()
                        .map(field -> field.name() + "=" + field.value())
                        .toList());
        assertEquals(
                LocalCause.BODY_TOO_LARGE,
                cause(Requested.of("POST", "/x").with("content-length", 11).decide(snapshot, before(terms))));
    }

    @Test
    void narrowsTheRoutesOnceTheRouteIsKnownToo() {
        Terms others = new Terms(Optional.of(Set.of("narrow")), Optional.empty(), List.of(), OptionalLong.empty());
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
                Admitted.class,
                Requested.get("/x")
                        .decide(
                                snapshot,
                                before(new Terms(
                                        Optional.empty(), Optional.empty(), List.of(), OptionalLong.of(2000)))));

        assertEquals(1000, admitted.route().config().conditions().maxBody());
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
        assertEquals(LocalCause.NO_ROUTE, cause(noPage.decide(snapshot, before(routes("page")))));
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
        Terms terms = new Terms(Optional.empty(), Optional.of("gone"), List.of(), OptionalLong.empty());

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

    private static Terms routes(String... names) {
        return new Terms(Optional.of(Set.of(names)), Optional.empty(), List.of(), OptionalLong.empty());
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
}
