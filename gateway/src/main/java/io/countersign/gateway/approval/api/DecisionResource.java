package io.countersign.gateway.approval.api;

import io.countersign.gateway.approval.ApprovalStore;
import io.countersign.gateway.approval.Decided;
import io.countersign.gateway.approval.Order;
import io.countersign.gateway.approval.Outcome;
import io.countersign.gateway.approval.Shown;
import io.countersign.gateway.approval.Subscription;
import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.console.api.Call;
import io.countersign.gateway.console.api.Input;
import io.countersign.gateway.console.api.Json;
import io.countersign.gateway.console.api.Operation;
import io.countersign.gateway.console.api.Problem;
import io.countersign.gateway.console.api.Reply;
import io.countersign.gateway.identity.Role;
import io.countersign.proxy.config.Until;
import io.countersign.proxy.secrets.Quoted;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** {@code POST /api/v1/pending/{number}}: decides on a caller who waits, or changes what was decided on it. */
final class DecisionResource implements ApiResource {
    private static final int MAX_BODY = 2048;
    private static final long PATIENCE_SECONDS = 10;
    private static final long SHARING_MILLIS = 1500;
    private static final int MAX_SUBJECT = 300;

    private final ApprovalDesk desk;

    DecisionResource(ApprovalDesk desk) {
        this.desk = desk;
    }

    @Override
    public String path() {
        return ROOT + "pending/{number}";
    }

    @Override
    public Map<HttpMethod, Operation> operations() {
        return Map.of(
                HttpMethod.POST,
                Operation.change(Role.APPROVER, this::decide).taking(MAX_BODY, "decision", "until", "comment"));
    }

    private Reply decide(Call call) throws Problem {
        Order order = order(call);
        ApprovalStore store = desk.open();
        // The number, or the other half of an approval, may be from another replica.
        isDone(store.current());
        Decided kept = store.decide(order, desk.config().get().fourEyes());
        Outcome outcome = kept.outcome();
        if (outcome instanceof Outcome.Unknown) {
            throw Problem.notFound("there is no request " + order.number() + ", or no longer");
        }
        if (outcome instanceof Outcome.Invalid invalid) {
            throw Problem.badRequest(invalid.why());
        }
        CompletionStage<Void> noted;
        Json json = Json.object();
        if (outcome instanceof Outcome.NeedsAnother waits) {
            noted = note(order, "propose", waits.pending().ask().toString(), "another approval is needed");
            json.with("outcome", "needs_another")
                    .object("pending", inner -> ApprovalJson.write(inner, waits.pending()));
        } else {
            Subscription decided = ((Outcome.Decided) outcome).subscription();
            noted = note(order, order.decision().verb(), decided.ask().toString(), decided.words());
            json.with("outcome", decided.decision().label())
                    .object("subscription", inner -> ApprovalJson.write(inner, decided));
        }
        await(
                kept.written(),
                "it acts, and could not be written to the disk, which is tried again each minute; the log says why");
        await(noted, "it is done, and the audit log could not be written; the log says why");
        kept.told().ifPresent(told -> json.with("shared", isDone(told)));
        return Reply.of(json);
    }

    private CompletionStage<Void> note(Order order, String action, String what, String detail) {
        return desk.audit()
                .record(
                        order.actor(),
                        action,
                        "request " + order.number() + ": " + Shown.of(what, MAX_SUBJECT),
                        detail);
    }

    private static Order order(Call call) throws Problem {
        String number = call.parameter("number");
        if (!number.matches("[1-9]\\d{0,17}")) {
            throw Problem.notFound("there is no request " + Quoted.of(number) + "; requests have numbers");
        }
        Input input = call.input();
        Subscription.Decision decision = switch (input.needed("decision")) {
            case "approve" -> Subscription.Decision.APPROVED;
            case "refuse" -> Subscription.Decision.REFUSED;
            default -> throw Problem.badRequest("decision is approve or refuse");
        };
        return new Order(
                Long.parseLong(number),
                decision,
                call.by().name(),
                until(input.text("until"), call.at()),
                input.text("comment").orElse(""));
    }

    private static Optional<Instant> until(Optional<String> text, Instant now) throws Problem {
        try {
            return text.map(written -> Until.parse(written, now));
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("until: " + e.getMessage());
        }
    }

    /** What replicas share may be away: it is waited for on a thread of the console's, and not for long. */
    private static boolean isDone(CompletionStage<Void> done) {
        try {
            done.toCompletableFuture().get(SHARING_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    private static void await(CompletionStage<Void> done, String otherwise) throws Problem {
        try {
            done.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(HttpResponseStatus.INTERNAL_SERVER_ERROR, otherwise);
        } catch (ExecutionException | TimeoutException e) {
            throw new Problem(HttpResponseStatus.INTERNAL_SERVER_ERROR, otherwise);
        }
    }
}
