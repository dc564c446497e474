package io.countersign.proxy.fuzz;

import io.countersign.proxy.fuzz.Expected.Kind;
import io.countersign.proxy.fuzz.FuzzCase.Ending;
import io.countersign.proxy.fuzz.ShapedAnswer.Shape;
import io.countersign.proxy.testing.TestProxy;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Holds what a client saw against what arrived upstream, and both against the oracle. */
final class Judge {
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS");
    private static final int MAX_ATTEMPTS = 2;
    private static final Set<Integer> MALFORMED = Set.of(400, 405, 408, 413, 414, 417, 431, 501, 505);

    /** What the proxy may put in place of an upstream's answer. */
    private static final Set<Integer> REPLACEABLE =
            Set.of(301, 302, 303, 307, 308, 401, 403, 408, 425, 429, 500, 502, 503, 504);

    private final String authority;
    private final Violations violations;
    private final Tally tally;

    /** @param authority of the upstream, which must stand in each Host */
    Judge(String authority, Violations violations, Tally tally) {
        this.authority = authority;
        this.violations = violations;
        this.tally = tally;
    }

    void judge(FuzzCase fuzzed, List<Seen> seen, List<ArrivedRequest> arrivals) {
        int[] requestOf = assign(fuzzed, arrivals);
        String fault = requestOf == null ? "arrived, but not as it was sent, or too often, or out of order" : null;
        Set<Long> echoes = new HashSet<>();
        for (int i = 0; fault == null && i < fuzzed.expected().size(); i++) {
            ArrivedRequest last = last(arrivals, requestOf, i);
            Seen response = i < seen.size() ? seen.get(i) : null;
            if (response != null && response.echo() >= 0 && !echoes.add(response.echo())) {
                fault = "one response was given to two requests";
            } else if (response == null) {
                // Not owed: the connection had ended, or the client was gone.
                boolean unread = fuzzed.ending() == Ending.VANISH;
                fault = last != null && !unread ? "forwarded though the connection had ended" : null;
            } else {
                fault = fault(fuzzed, i, response, last);
            }
            if (fault != null) {
                fault = "request " + (i + 1) + ": " + fault;
            }
        }
        if (fault != null) {
            violations.add(fault + "\n" + fuzzed + "\nclient saw " + seen + "\nupstream saw " + arrivals);
        }
    }

    /** For each arrival the request that it is; null when there is none for one of them. */
    private int[] assign(FuzzCase fuzzed, List<ArrivedRequest> arrivals) {
        int[] requestOf = new int[arrivals.size()];
        int attempts = 0;
        int at = -1;
        for (int a = 0; a < requestOf.length; a++) {
            ArrivedRequest arrival = arrivals.get(a);
            boolean again = at >= 0
                    && IDEMPOTENT.contains(arrival.head.method())
                    && is(arrival, fuzzed.expected().get(at));
            int found = again ? at : at + 1;
            while (found < fuzzed.expected().size()
                    && !is(arrival, fuzzed.expected().get(found))) {
                found++;
            }
            if (found == fuzzed.expected().size()) {
                return null;
            }
            attempts = found == at ? attempts + 1 : 1;
            if (attempts > MAX_ATTEMPTS) {
                return null;
            }
            at = found;
            requestOf[a] = found;
        }
        return requestOf;
    }

    private boolean is(ArrivedRequest arrival, Expected request) {
        if (!request.mayBegin()
                || (arrival.body != null && !request.mayForward())
                || (arrival.body != null && !Arrays.equals(arrival.body, request.body()))) {
            return false;
        }
        ParsedHead got = arrival.head;
        return got.method().equals(request.head().method())
                && got.target()
                        .equals(Rules.wireTarget(TestProxy.STAGE, request.head().target()))
                && got.startLine().endsWith(" HTTP/1.1")
                && got.values("host").equals(List.of(authority))
                && got.values("authorization").size() == 1
                && got.values("x-amz-date").size() == 1
                && got.values("x-amz-security-token").equals(List.of(TestProxy.TOKEN))
                && !got.has("expect")
                && !got.has("connection")
                && sameFields(passed(got), request.fieldsUpstream());
    }

    private static List<Field> passed(ParsedHead got) {
        return got.fields().stream()
                .filter(field -> Rules.passes(field.name(), List.of()))
                .toList();
    }

    private static boolean sameFields(List<Field> got, List<Field> sent) {
        if (got.size() != sent.size()) {
            return false;
        }
        for (int i = 0; i < got.size(); i++) {
            if (!got.get(i)
                            .name()
                            .toLowerCase(Locale.ROOT)
                            .equals(sent.get(i).name().toLowerCase(Locale.ROOT))
                    || !got.get(i).value().equals(sent.get(i).value())) {
                return false;
            }
        }
        return true;
    }

    private static ArrivedRequest last(List<ArrivedRequest> arrivals, int[] requestOf, int request) {
        ArrivedRequest last = null;
        for (int a = 0; a < requestOf.length; a++) {
            last = requestOf[a] == request ? arrivals.get(a) : last;
        }
        return last;
    }

    /** What is wrong with a response, or null. */
    private String fault(FuzzCase fuzzed, int i, Seen response, ArrivedRequest last) {
        Expected request = fuzzed.expected().get(i);
        if (response.head() == null) {
            return silence(fuzzed, i, last);
        }
        if (response.echo() < 0) {
            return ownAnswer(request, response, last);
        }
        tally.relayed();
        if (last == null || response.echo() != last.number) {
            return "the response of another request";
        }
        ShapedAnswer answer = last.answer;
        if (answer.shape() == Shape.BROKEN) {
            return "a broken response was relayed";
        }
        if (response.status() != answer.status() || !response.pure()) {
            return "not the response that the upstream gave";
        }
        if (response.whole()
                && !response.doubtful()
                && (answer.shape() == Shape.CUT || response.bodyLength() != answer.bodyLength())) {
            return "a truncated response passes for a whole one";
        }
        if (!response.whole()
                && answer.shape() == Shape.WHOLE
                && fuzzed.ending() != Ending.HALF_CLOSE
                && request.kind() != Kind.UNFINISHED
                && request.kind() != Kind.BROKEN_BODY) {
            return "a whole response was cut off";
        }
        return request.kind() == Kind.REFUSED || request.kind() == Kind.BROKEN
                ? "a refused request was answered"
                : null;
    }

    /** The connection ended instead of a response. */
    private static String silence(FuzzCase fuzzed, int i, ArrivedRequest last) {
        Kind kind = fuzzed.expected().get(i).kind();
        boolean allowed = kind == Kind.UNFINISHED
                || fuzzed.ending() == Ending.HALF_CLOSE
                || (last != null && last.answer.shape() == Shape.CUT)
                || (kind == Kind.BROKEN_BODY && last != null)
                // Who pipelines behind its own close may have its answer thrown away by its system.
                || (fuzzed.expected().get(i).isLast()
                        && fuzzed.expected().get(i).to() < fuzzed.sent().length);
        return allowed ? null : "the connection ended without an answer";
    }

    private String ownAnswer(Expected request, Seen response, ArrivedRequest last) {
        String cause = String.join(";", response.head().values("proxy-status"));
        if (cause.contains("proxy_internal_error")) {
            return "a fault of the proxy's own";
        }
        if (response.status() < 300 || !response.head().has("proxy-status")) {
            return "an answer of nobody's";
        }
        boolean passing = response.status() == 503 || response.status() == 504 || response.status() == 502;
        return switch (request.kind()) {
            case REFUSED -> response.status() >= 400 ? refusal() : "not refused";
            case BROKEN ->
                !MALFORMED.contains(response.status()) || !response.closes() ? "not refused as malformed" : refusal();
            case BROKEN_BODY, UNFINISHED -> refusal();
            case EITHER -> passing || last == null || last.body == null ? refusal() : "refused after it was forwarded";
            case FORWARDED -> {
                if (!passing) {
                    boolean large =
                            response.status() == 431 && request.head().text().length() > 6_000;
                    yield large ? refusal() : "a good request was refused";
                }
                boolean whole = last != null && last.answer.shape() == Shape.WHOLE && last.answered;
                if (whole && !REPLACEABLE.contains(last.answer.status()) && response.status() == 502) {
                    yield "a good response was replaced";
                }
                tally.replaced(last == null);
                yield null;
            }
        };
    }

    private String refusal() {
        tally.refused();
        return null;
    }
}
