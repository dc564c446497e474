package io.countersign.proxy.exchange;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.admission.Findings;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.exchange.ExchangeRecord.Answer;
import io.countersign.proxy.exchange.ExchangeRecord.Attempt;
import io.countersign.proxy.exchange.ExchangeRecord.Items;
import io.countersign.proxy.exchange.ExchangeRecord.Outcome;
import io.countersign.proxy.exchange.ExchangeRecord.Request;
import io.countersign.proxy.exchange.ExchangeRecord.Response;
import io.countersign.proxy.exchange.ExchangeRecord.Timings;
import io.countersign.proxy.exchange.ExchangeRecord.UpstreamResult;
import io.countersign.proxy.exchange.ExchangeRecord.WebSocket;
import io.countersign.proxy.fields.Target;
import io.countersign.proxy.local.LocalCause;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.response.UpstreamTrace;
import io.countersign.proxy.response.UpstreamTrace.Phase;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.tunnel.TunnelEnd;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Notes on one exchange while it runs; they become its {@link ExchangeRecord}. Whoever has something to note says what happened.
 * Confined to the exchange's loop.
 */
final class ExchangeTrace {
    private static final long NOT_REACHED = -1;
    private static final int MAX_NAMES = 256;

    private final String id = newId();
    private final long startMillis;
    private final long startNanos;
    private final UpstreamTrace upstream;
    private Caller caller;
    private Optional<String> method = Optional.empty();
    private Optional<String> userAgent = Optional.empty();
    private Optional<String> traceId = Optional.empty();
    private Optional<Findings> findings = Optional.empty();
    private int status;
    private int retryAfter;
    private boolean own;
    private boolean complete;
    private Optional<String> error = Optional.empty();
    private Optional<String> detail = Optional.empty();
    private Optional<LocalCause> cause = Optional.empty();
    private Optional<WebSocket> webSocket = Optional.empty();
    private long requestBytes;
    private long responseBytes;
    private long waitNanos = NOT_REACHED;
    private long bodyNanos = NOT_REACHED;

    /** @param startNanos on the loop's ticker */
    ExchangeTrace(Caller caller, long startMillis, long startNanos) {
        this.caller = caller;
        this.startMillis = startMillis;
        this.startNanos = startNanos;
        this.upstream = new UpstreamTrace(startNanos);
    }

    /** The request's id: in our responses, logs and metrics. */
    String id() {
        return id;
    }

    /** Notes on how the request fares upstream. */
    UpstreamTrace upstream() {
        return upstream;
    }

    /** The head was decided on; where it could not be read, no method is known. */
    void decided(HttpRequest head, Findings found) {
        if (head.decoderResult().isSuccess()) {
            method = Optional.of(head.method().name());
            userAgent = Optional.ofNullable(head.headers().get(HttpHeaderNames.USER_AGENT))
                    .map(text -> text.substring(0, Math.min(text.length(), MAX_NAMES)));
            traceId = TraceParent.traceId(head.headers());
        }
        findings = Optional.of(found);
        caller = found.caller();
    }

    /** So much of the request's body has come. */
    void received(long bytes) {
        requestBytes = bytes;
    }

    /** The request's body is whole. */
    void bodyTook(long nanos) {
        bodyNanos = nanos;
    }

    /** Waited for its turn; adds up. */
    void waited(long nanos) {
        waitNanos = waitedNanos() + nanos;
    }

    /** How long it has waited for its turn so far. */
    long waitedNanos() {
        return Math.max(waitNanos, 0);
    }

    /** It cannot be served as it was asked. */
    void failed(LocalResponse why) {
        cause = Optional.of(why.cause());
        brokenOff(why.cause().token(), why.detail());
    }

    /** Why it could not be served as it was asked; empty while nothing went wrong. */
    Optional<LocalCause> cause() {
        return cause;
    }

    /** The response that has begun breaks off. */
    void brokenOff(String token, String why) {
        error = Optional.of(token);
        detail = Optional.of(why);
    }

    /** Says why, unless that has been said. */
    void because(String why) {
        if (detail.isEmpty()) {
            detail = Optional.of(why);
        }
    }

    /** Says why, whatever has been said. */
    void becauseOf(String why) {
        detail = Optional.of(why);
    }

    /** The client is to get a response of our own. */
    void answersItself() {
        own = true;
    }

    /** A response begins. */
    void responds(int with) {
        status = with;
    }

    /** So many seconds from now the client is to try again; 0 where it is not asked to. */
    void retryAfter(int seconds) {
        retryAfter = seconds;
    }

    /** So many more bytes of its body are on their way. */
    void responded(long bytes) {
        responseBytes += bytes;
    }

    /** The WebSocket that it became has ended. */
    void tunnelled(TunnelEnd end) {
        webSocket = Optional.of(new WebSocket(end.by().label(), end.code()));
        if (!end.why().isEmpty()) {
            because(end.why());
        }
        if (!end.isAnnounced()) {
            error = Optional.of("connection_terminated");
        }
    }

    /** Whether the client got all of its response. */
    void ended(boolean whole) {
        complete = whole;
    }

    ExchangeRecord record(long endNanos) {
        Optional<Target> target = findings.flatMap(Findings::target);
        return new ExchangeRecord(
                id,
                caller,
                findings.map(Findings::verdict),
                findings.flatMap(Findings::route).map(Route::name),
                new Request(
                        method,
                        target.map(Target::path),
                        target.flatMap(Target::query).map(ExchangeTrace::names),
                        userAgent,
                        traceId),
                new Outcome(
                        requestBytes,
                        new Response(status, own, responseBytes, complete, retryAfter),
                        error,
                        detailWithFinding(),
                        heldFor(),
                        upstreamResult(),
                        webSocket),
                new Timings(
                        startMillis,
                        waitNanos,
                        bodyNanos,
                        upstream.nanos(Phase.CREDENTIALS),
                        upstream.nanos(Phase.CONNECTION),
                        upstream.nanos(Phase.FIRST_BYTE),
                        endNanos - startNanos));
    }

    /** Why the sender was asked to keep its data; of a rejection by AWS, which one. */
    private Optional<String> heldFor() {
        boolean asked = own
                && status == HttpResponseStatus.SERVICE_UNAVAILABLE.code()
                && findings.filter(Findings::keepsData).isPresent();
        return cause.filter(any -> asked)
                .map(why -> Optional.of(why)
                        .filter(LocalCause.REJECTED::equals)
                        .flatMap(rejected -> upstream.rejection())
                        .orElse(why.label()));
    }

    private UpstreamResult upstreamResult() {
        return new UpstreamResult(
                attempts(),
                upstream.signer().map(UpstreamTrace.Signer::credentials),
                upstream.signer().map(UpstreamTrace.Signer::accessKeyId),
                new Items(upstream.itemsAccepted(), upstream.itemsRefused()),
                upstream.said());
    }

    /** Nearly always one or none. */
    private List<Attempt> attempts() {
        List<UpstreamTrace.Attempt> all = upstream.all();
        return switch (all.size()) {
            case 0 -> List.of();
            case 1 -> List.of(attempt(all.get(0)));
            default -> all.stream().map(ExchangeTrace::attempt).toList();
        };
    }

    private static Attempt attempt(UpstreamTrace.Attempt each) {
        UpstreamTrace.Answer answer = each.answer();
        return new Attempt(
                each.upstream(),
                each.reused(),
                each.sent(),
                each.head(),
                new Answer(answer.status(), answer.requestId(), answer.rejection()),
                each.fault());
    }

    private Optional<String> detailWithFinding() {
        Optional<String> finding = comment().or(upstream::finding).filter(text -> !text.isEmpty());
        Optional<String> said = detail.filter(text -> !text.isEmpty());
        return finding.isPresent() && said.isPresent()
                ? Optional.of(said.get() + ": " + finding.get())
                : finding.or(() -> detail);
    }

    /** The operator's words on the rule that denies: for the log, never for who is denied. */
    private Optional<String> comment() {
        return findings.map(Findings::verdict)
                .filter(Verdict.Denied.class::isInstance)
                .flatMap(denied -> denied.by().comment());
    }

    /** Of a query, since values may be secrets or personal data, and are never logged. */
    private static String names(String query) {
        StringBuilder out = new StringBuilder(Math.min(query.length(), MAX_NAMES));
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            // Without an equals sign it may be a name, or a value that somebody put in its place.
            String name = equals < 0
                    ? parameter.substring(0, Math.min(parameter.length(), 32))
                    : parameter.substring(0, equals);
            out.append(out.length() == 0 ? "" : "&").append(name);
            if (out.length() > MAX_NAMES) {
                out.setLength(MAX_NAMES);
                break;
            }
        }
        return out.toString();
    }

    private static String newId() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
