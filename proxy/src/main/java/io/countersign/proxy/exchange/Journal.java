package io.countersign.proxy.exchange;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.fields.Target;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.response.UpstreamTrace;
import io.countersign.proxy.response.UpstreamTrace.Phase;
import java.net.InetAddress;
import java.util.concurrent.ThreadLocalRandom;

/** Notes on one exchange while it runs; they become its {@link ExchangeRecord}. Confined to the exchange's loop. */
final class Journal {
    private static final long NOT_REACHED = -1;
    private static final int MAX_NAMES = 256;

    final long startMillis;
    final long startNanos;
    final String requestId = id();
    final UpstreamTrace upstream = new UpstreamTrace();
    InetAddress client;
    Verdict verdict;
    String route;
    String method;
    String path;
    String queryNames;
    int status;
    boolean ownAnswer;
    String error;
    String detail;
    long requestBytes;
    long responseBytes;
    boolean complete;
    long waitNanos = NOT_REACHED;
    long bodyNanos = NOT_REACHED;

    Journal(long startMillis, long startNanos) {
        this.startMillis = startMillis;
        this.startNanos = startNanos;
    }

    /** Adds to a phase that may be passed more than once. */
    static long plus(long soFar, long nanos) {
        return Math.max(soFar, 0) + nanos;
    }

    /** The record of a connection that was answered although no whole request had come. */
    ExchangeRecord refused(LocalResponse answer, Caller caller, long endNanos) {
        client = caller.address();
        status = answer.status(false);
        ownAnswer = true;
        error = answer.cause().token();
        detail = answer.detail();
        complete = true;
        return record(endNanos);
    }

    ExchangeRecord record(long endNanos) {
        return new ExchangeRecord(
                startMillis,
                requestId,
                client,
                verdict,
                route,
                method,
                path,
                queryNames,
                status,
                ownAnswer,
                error,
                detailWithFinding(),
                upstream.rejection().orElse(null),
                upstream.signer().map(UpstreamTrace.Signer::credentials).orElse(null),
                upstream.signer().map(UpstreamTrace.Signer::accessKeyId).orElse(null),
                upstream.status(),
                upstream.requestId().orElse(null),
                requestBytes,
                responseBytes,
                upstream.itemsAccepted(),
                upstream.itemsRefused(),
                complete,
                upstream.attempts(),
                waitNanos,
                bodyNanos,
                upstream.nanos(Phase.CREDENTIALS),
                upstream.nanos(Phase.CONNECTION),
                upstream.nanos(Phase.FIRST_BYTE),
                endNanos - startNanos);
    }

    private String detailWithFinding() {
        String finding = upstream.finding().orElse("");
        if (finding.isEmpty()) {
            return detail;
        }
        return detail == null || detail.isEmpty() ? finding : detail + ": " + finding;
    }

    /** Path and the query's names: values may be secrets or personal data, so they are never logged. */
    void target(Target target) {
        path = target.path();
        queryNames = target.query().map(Journal::names).orElse(null);
    }

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

    private static String id() {
        String hex = Long.toHexString(ThreadLocalRandom.current().nextLong());
        return "0000000000000000".substring(hex.length()) + hex;
    }
}
