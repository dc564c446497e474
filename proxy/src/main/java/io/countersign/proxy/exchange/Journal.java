package io.countersign.proxy.exchange;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.fields.Target;
import io.countersign.proxy.local.LocalResponse;
import java.net.InetAddress;
import java.util.concurrent.ThreadLocalRandom;

/** Notes on one exchange while it runs; they become its {@link ExchangeRecord}. Confined to the exchange's loop. */
final class Journal {
    private static final long NOT_REACHED = -1;
    private static final int MAX_NAMES = 256;

    final long startMillis;
    final long startNanos;
    final String requestId = id();
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
    /** What was found out about the upstream's refusal, or what it said; goes into the record's detail. */
    String finding;

    String rejection;
    String credentials;
    String accessKeyId;
    int upstreamStatus;
    String upstreamRequestId;
    long requestBytes;
    long responseBytes;
    long itemsAccepted;
    long itemsRefused;
    boolean complete;
    int attempts;
    long waitNanos = NOT_REACHED;
    long bodyNanos = NOT_REACHED;
    long credentialsNanos = NOT_REACHED;
    long connectNanos = NOT_REACHED;
    long firstByteNanos = NOT_REACHED;

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
                rejection,
                credentials,
                accessKeyId,
                upstreamStatus,
                upstreamRequestId,
                requestBytes,
                responseBytes,
                itemsAccepted,
                itemsRefused,
                complete,
                attempts,
                waitNanos,
                bodyNanos,
                credentialsNanos,
                connectNanos,
                firstByteNanos,
                endNanos - startNanos);
    }

    private String detailWithFinding() {
        if (finding == null || finding.isEmpty()) {
            return detail;
        }
        return detail == null || detail.isEmpty() ? finding : detail + ": " + finding;
    }

    /** An attempt begins: what the one before it met is past. */
    void attempt() {
        attempts++;
        upstreamStatus = 0;
        upstreamRequestId = null;
        rejection = null;
        detail = null;
        finding = null;
        itemsAccepted = 0;
        itemsRefused = 0;
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
