package io.countersign.gateway.approval;

import io.countersign.gateway.approval.PendingCallers.Request;
import io.countersign.proxy.access.Rule;
import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.admission.Head;
import io.countersign.proxy.admission.Terms;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.local.GuardResponses;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.route.Route;
import java.util.Optional;
import java.util.function.Supplier;

/** Lets callers use a route, or call though no list names them, only once they are approved; puts others on the list. */
final class ApprovalGuard implements Guard {
    private static final Ruling PASS = new Ruling.Pass(Terms.OF_THE_ROUTE);
    private static final int MAX_PATH = 200;
    private static final int MAX_METHOD = 20;

    /** Agents obey it: a decision is to be felt before a person wonders whether it acts. */
    private static final int MAX_WAIT_SECONDS = 30;

    private final ApprovalSettings settings;
    private final Supplier<Optional<Approvals>> approvals;
    private final Question question;

    /** Finds out how a caller stands. */
    private interface Question {
        Standing ask(Approvals approvals, Ask ask, Supplier<Request> described);
    }

    /**
     * Of one configuration.
     *
     * @param approvals empty where the process cannot keep any: then nobody is approved
     */
    ApprovalGuard(ApprovalSettings settings, Supplier<Optional<Approvals>> approvals) {
        this(settings, approvals, Approvals::ask);
    }

    private ApprovalGuard(ApprovalSettings settings, Supplier<Optional<Approvals>> approvals, Question question) {
        this.settings = settings;
        this.approvals = approvals;
        this.question = question;
    }

    /** Puts nobody on the list. */
    @Override
    public Guard forTrials() {
        return new ApprovalGuard(settings, approvals, (open, ask, described) -> open.standing(ask));
    }

    @Override
    public Unlisted unlisted(Caller caller, Head head) {
        if (!settings.asksUnlisted()) {
            return Unlisted.NOT_KNOWN;
        }
        Standing standing = standing(caller, head, Optional.empty());
        return standing instanceof Standing.Approved approved
                ? new Unlisted.Let(
                        new Rule("approval", "request " + approved.by().number()))
                : new Unlisted.Refuse(refusal(standing, Optional.empty()));
    }

    @Override
    public Ruling judge(Caller caller, Head head, Route route) {
        if (!settings.routes().contains(route.name())) {
            return PASS;
        }
        Optional<String> name = Optional.of(route.name());
        Standing standing = standing(caller, head, name);
        return standing instanceof Standing.Approved ? PASS : new Ruling.Refuse(refusal(standing, name));
    }

    private Standing standing(Caller caller, Head head, Optional<String> route) {
        Optional<CallerKey> key = CallerKey.of(caller);
        Optional<Approvals> open = approvals.get();
        return key.isEmpty() || open.isEmpty()
                ? new Standing.NoRoom()
                : question.ask(open.get(), new Ask(key.get(), route), () -> request(caller, head));
    }

    /** Without the query, which may hold secrets. */
    private static Request request(Caller caller, Head head) {
        return new Request(
                cut(head.method(), MAX_METHOD) + " " + cut(head.target().path(), MAX_PATH),
                caller.knownBy().label());
    }

    private static String cut(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max - 3) + "...";
    }

    private LocalResponse refusal(Standing standing, Optional<String> route) {
        String what = route.map(name -> "route " + name).orElse("access");
        String contact =
                settings.config().contact().map(name -> "; ask " + name).orElse("");
        if (standing instanceof Standing.Refused refused) {
            long number = refused.by().number();
            String detail = "the caller was refused " + what + " (request " + number + ")";
            return GuardResponses.notApproved(detail + contact, request(number), MAX_WAIT_SECONDS);
        }
        String needed = "the caller has to be approved for " + what;
        if (standing instanceof Standing.Waits waits) {
            String detail = needed + ": request " + waits.number() + " waits";
            return GuardResponses.notApproved(detail + contact, request(waits.number()), seconds(waits.count()));
        }
        if (standing instanceof Standing.NotAsked) {
            return GuardResponses.notApproved(
                    needed + ", and would be put on the list of those who wait" + contact,
                    Optional.empty(),
                    MAX_WAIT_SECONDS);
        }
        return GuardResponses.notApproved(
                needed + ", and cannot be put on the list of those who wait" + contact,
                Optional.empty(),
                MAX_WAIT_SECONDS);
    }

    private Optional<LocalResponse.ApprovalRequest> request(long number) {
        return Optional.of(
                new LocalResponse.ApprovalRequest(number, settings.config().contact()));
    }

    /** Doubles with each request. */
    private static int seconds(long count) {
        return count > 5 ? MAX_WAIT_SECONDS : 1 << Math.max(0, count - 1);
    }
}
