package io.countersign.proxy.admission;

import io.countersign.proxy.access.AccessMode;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.credentials.NamedCredentials;
import io.countersign.proxy.fields.CrossOrigin;
import io.countersign.proxy.fields.Target;
import io.countersign.proxy.fields.Via;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.local.ScopeResponses;
import io.countersign.proxy.route.AskedHost;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.route.RouteResult;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One request before the checks: {@link #decide} has them in their order, from the cheapest and most telling to what needs a route.
 * Each returns why the request is refused, or nothing; what it finds out is there for the later ones.
 */
final class Judgement {
    /** The checks that need no route; the last of them finds it. */
    private static final Checks<Judgement> BEFORE_THE_ROUTE = new Checks<>(List.of(
            Judgement::denied,
            Judgement::unreadable,
            Judgement::loop,
            Judgement::misdirected,
            Judgement::tooLate,
            Judgement::guarded,
            Judgement::unlisted,
            Judgement::sentByPage));

    private static final Checks<Judgement> ON_THE_ROUTE = new Checks<>(List.of(
            Judgement::withoutRoute,
            Judgement::guardedOnRoute,
            Judgement::deniedByPolicy,
            Judgement::unsendable,
            Judgement::withoutCredentials,
            Judgement::tooLarge));

    private final Via via;
    private final Clock clock;
    private final Incoming request;
    private final Snapshot snapshot;
    private final JudgedCaller judged;

    private Verdict verdict;
    private Optional<Head> head = Optional.empty();
    private Optional<AskedHost> host = Optional.empty();
    private RouteResult result = new RouteResult.NoRoute();
    private Optional<Route> route = Optional.empty();
    private Terms terms = Terms.OF_THE_ROUTE;
    private boolean keepsData;

    Judgement(Via via, Clock clock, Incoming request, Snapshot snapshot) {
        this.via = via;
        this.clock = clock;
        this.request = request;
        this.snapshot = snapshot;
        this.judged = JudgedCaller.of(request, snapshot.access());
        this.verdict = judged.verdict();
        this.keepsData = request.head().decoderResult().isSuccess() && LooksLikeTelemetry.test(request.head());
    }

    Decision decide() {
        Optional<LocalResponse> refusal = BEFORE_THE_ROUTE.refusal(this);
        if (refusal.isEmpty() && route.isPresent() && BrowserCheck.isPreflight(head())) {
            Optional<Preflight> preflight = BrowserCheck.preflight(findings(), head(), route().config());
            if (preflight.isPresent()) {
                return preflight.get();
            }
        }
        refusal = refusal.or(() -> ON_THE_ROUTE.refusal(this));
        return refusal.isPresent() ? new Refused(findings(), refusal.get()) : enter();
    }

    private Optional<LocalResponse> denied() {
        if (judged.unclear().isPresent()) {
            return unreadable().or(() -> judged.unclear().map(LocalResponses::callerUnclear));
        }
        return verdict instanceof Verdict.Denied denied
                        && !(denied.isUnlisted() && snapshot.access().asks())
                ? Optional.of(LocalResponses.denied(denied, snapshot.access()))
                : Optional.empty();
    }

    /** Only here, since a guard may have found out who the caller is. */
    private Optional<LocalResponse> unlisted() {
        if (!(verdict instanceof Verdict.Denied denied)) {
            return Optional.empty();
        }
        for (Guard guard : snapshot.guards()) {
            Guard.Unlisted said = guard.unlisted(caller(), head());
            if (said instanceof Guard.Unlisted.Let let) {
                verdict = new Verdict.Allowed(let.by());
                return Optional.empty();
            }
            if (said instanceof Guard.Unlisted.Refuse refuse) {
                return Optional.of(refuse.response());
            }
        }
        return Optional.of(LocalResponses.denied(denied, snapshot.access()));
    }

    private Optional<LocalResponse> unreadable() {
        RequestHeadCheck.Result checked = RequestHeadCheck.check(request.head(), snapshot.limits(), request.local());
        if (checked instanceof RequestHeadCheck.Result.Bad bad) {
            return Optional.of(bad.response());
        }
        head = Optional.of(((RequestHeadCheck.Result.Good) checked).head());
        host = Optional.of(HostCheck.asked(head(), snapshot));
        return Optional.empty();
    }

    private Optional<LocalResponse> loop() {
        return via.isIn(fields()) ? Optional.of(LocalResponses.loop()) : Optional.empty();
    }

    private Optional<LocalResponse> misdirected() {
        return HostCheck.fault(host(), snapshot.routes());
    }

    private AskedHost host() {
        return host.orElseThrow();
    }

    private Optional<LocalResponse> tooLate() {
        return request.time() == Incoming.Time.TOO_LATE ? Optional.of(LocalResponses.draining()) : Optional.empty();
    }

    private Optional<LocalResponse> guarded() {
        return ask(guard -> guard.judge(caller(), head()));
    }

    /** Finds the route as well: it may list the origins whose pages may call. */
    private Optional<LocalResponse> sentByPage() {
        findRoute();
        return BrowserCheck.fault(fields(), head().authority(), route.map(Route::config))
                .map(LocalResponses::browser);
    }

    private void findRoute() {
        String method = head().method();
        String path = target().path();
        result = find(method);
        RouteResult asked = result;
        if (!(result instanceof RouteResult.Found)) {
            // A preflight asks about the route of the request that is to follow, by that request's method.
            asked = BrowserCheck.askedMethod(head()).map(this::find).orElse(result);
        }
        if (asked instanceof RouteResult.Found found) {
            route = Optional.of(found.route());
            keepsData = found.route().keepsData(method, path, LooksLikeTelemetry.isSigned(request.head()));
        } else if (asked instanceof RouteResult.OutOfScope out) {
            route = Optional.of(out.route());
        }
    }

    private RouteResult find(String method) {
        return new OwnRoutes(snapshot.routes(), terms, head(), host()).find(method);
    }

    private Optional<LocalResponse> withoutRoute() {
        if (result instanceof RouteResult.MethodNotAllowed notAllowed) {
            return Optional.of(LocalResponses.methodNotAllowed(head().method(), notAllowed.allowed()));
        }
        if (result instanceof RouteResult.OutOfScope out) {
            return Optional.of(
                    PresignedQuery.isIn(target()) ? LocalResponses.presigned() : ScopeResponses.outOfScope(out.why()));
        }
        // The route may be the one that a preflight asked about, which this request itself must not take.
        return result instanceof RouteResult.Found
                ? Optional.empty()
                : Optional.of(HostCheck.noRoute(target().path(), host(), snapshot.routes()));
    }

    private Optional<LocalResponse> guardedOnRoute() {
        return ask(guard -> guard.judge(caller(), head(), route())).or(this::outsideTerms);
    }

    /** Terms that were set once the route was known may leave it out. */
    private Optional<LocalResponse> outsideTerms() {
        return terms.routes().filter(names -> !names.contains(route().name())).isPresent()
                ? Optional.of(LocalResponses.noRoute(target().path()))
                : Optional.empty();
    }

    /** The verdict that the log line and the count show is then the policy's. */
    private Optional<LocalResponse> deniedByPolicy() {
        Optional<Verdict.Denied> denial =
                PolicyCheck.denial(judged.caller(), head(), route().config(), clock.instant());
        if (denial.isPresent() && snapshot.access().rules().mode() == AccessMode.AUDIT) {
            verdict = verdict instanceof Verdict.WouldDeny
                    ? verdict
                    : new Verdict.WouldDeny(denial.get().by());
            return Optional.empty();
        }
        denial.ifPresent(policy -> verdict = policy);
        return denial.map(policy -> LocalResponses.deniedByPolicy(policy, snapshot.access()));
    }

    private Optional<LocalResponse> ask(Function<Guard, Guard.Ruling> question) {
        for (Guard guard : snapshot.guards()) {
            Guard.Ruling ruling = question.apply(guard);
            if (ruling instanceof Guard.Ruling.Refuse refuse) {
                return Optional.of(refuse.response());
            }
            terms = terms.and(((Guard.Ruling.Pass) ruling).terms());
        }
        return Optional.empty();
    }

    private Optional<LocalResponse> unsendable() {
        return new OnRoute(head(), route(), request.time()).refusal();
    }

    /** From here on the route is the one on the terms of the guards. */
    private Optional<LocalResponse> withoutCredentials() {
        if (!terms.changeTheRoute()) {
            return Optional.empty();
        }
        Optional<NamedCredentials> named = terms.credentials().flatMap(snapshot.credentials());
        route = Optional.of(snapshot.narrowed().on(terms, route(), named));
        return named.isPresent() ? Optional.empty() : terms.credentials().map(LocalResponses::noCredentials);
    }

    private Optional<LocalResponse> tooLarge() {
        long max = route().config().conditions().maxBody();
        long length = head().contentLength();
        return length > max ? Optional.of(LocalResponses.bodyTooLarge(max, length)) : Optional.empty();
    }

    /** The last question to the guards. */
    private Decision enter() {
        Findings findings = findings();
        Optional<CrossOrigin> reader = BrowserCheck.page(fields(), route().config());
        Guard.Entry entry = Leases.ask(snapshot.guards(), caller(), head(), route());
        return entry instanceof Guard.Entry.Refuse refuse
                ? new Refused(findings, refuse.response())
                : new Admitted(findings, head(), route(), reader, ((Guard.Entry.Granted) entry).lease());
    }

    private Findings findings() {
        return new Findings(
                caller(),
                verdict,
                head.map(Head::target).or(this::targetForTheLog),
                route,
                keepsData,
                RequestHeadCheck.mayHaveBody(request.head()),
                terms.fields().inResponse());
    }

    /** A denied request's head was not looked at; what it asked for is worth knowing all the same, if it can be read. */
    private Optional<Target> targetForTheLog() {
        return verdict instanceof Verdict.Denied
                        && RequestHeadCheck.check(request.head(), snapshot.limits(), request.local())
                                instanceof RequestHeadCheck.Result.Good good
                ? Optional.of(good.head().target())
                : Optional.empty();
    }

    /** With what the guards have said of it so far. */
    private Caller caller() {
        return judged.caller().attributedTo(terms.attribution());
    }

    private Head head() {
        return head.orElseThrow();
    }

    private Target target() {
        return head().target();
    }

    private HttpHeaders fields() {
        return head().fields();
    }

    private Route route() {
        return route.orElseThrow();
    }
}
