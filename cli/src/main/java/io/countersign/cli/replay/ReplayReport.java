package io.countersign.cli.replay;

import io.countersign.cli.report.JsonWriter;
import io.countersign.proxy.secrets.Printable;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What came out of a replay, for people or as JSON. */
public final class ReplayReport {
    /** What no log of calls has. */
    private static final List<String> NOT_IN_LOGS = List.of(
            "header fields other than User-Agent, Host among them: each request is judged as if it named a host that is"
                    + " allowed, or one of its route's match.hosts, and came from no browser",
            "values of a query, and bodies but for their size",
            "tokens and certificates but for the names that they stood for, and which listener a call came by",
            "rates, requests in flight and bytes a day: limits on these, and limits derived from memory, are not tried",
            "entries of lists that have ended since, or end later: all are judged as of now");

    private ReplayReport() {}

    /** Prints it as lines. */
    public static void print(Replay.Outcome outcome, PrintStream out) {
        Replay.Span span = outcome.span();
        out.println(span.calls() + " calls"
                + (span.calls() == 0 ? "" : " from " + span.first() + " to " + span.last()) + "; " + outcome.unchanged()
                + " would be treated as they were");
        Change.Kind kind = null;
        for (Change change : outcome.changes()) {
            if (change.group().kind() != kind) {
                kind = change.group().kind();
                Change.Kind each = kind;
                long count = outcome.changes().stream()
                        .filter(other -> other.group().kind() == each)
                        .mapToLong(Change::count)
                        .sum();
                out.println(kind.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + count + " would be "
                        + kind.words());
            }
            print(change, out);
        }
        if (outcome.ungrouped() > 0) {
            out.println("and " + outcome.ungrouped() + " in more ways than are told apart here");
        }
        outcome.unknown().forEach((why, count) -> out.println("not judged: " + count + ", since " + why));
        if (outcome.summarised() > 0) {
            out.println("not judged: calls that succeeded have no lines of their own in this log, which counts "
                    + outcome.summarised() + " calls in summaries: log.access = all would have them");
        }
        out.println("not in such a log:");
        NOT_IN_LOGS.forEach(what -> out.println("  " + what));
    }

    private static void print(Change change, PrintStream out) {
        Change.Group group = change.group();
        String way = group.kind() == Change.Kind.ALLOWED
                ? "to route " + group.to().orElse("none")
                : group.kind() == Change.Kind.REROUTED
                        ? "from route " + group.from().orElse("none") + " to "
                                + group.to().orElse("none")
                        : "of route " + group.from().orElse("none");
        out.println("  " + change.count() + " " + way + (group.why().isEmpty() ? "" : ": " + Printable.of(group.why()))
                + "; " + callers(change));
        for (LoggedCall example : change.examples()) {
            out.println(Printable.of(
                    "    " + example.who() + ", " + example.request().method() + " "
                            + example.request().path() + ", " + example.time() + ", id " + example.id()));
        }
    }

    private static String callers(Change change) {
        return change.callers() == 1
                ? "1 caller"
                : change.callers() + (change.moreCallers() ? " callers or more" : " callers");
    }

    /** The same as one JSON object. */
    public static String json(Replay.Outcome outcome) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("calls", outcome.span().calls());
        all.put("first", outcome.span().first());
        all.put("last", outcome.span().last());
        all.put("unchanged", outcome.unchanged());
        List<Object> changes = new ArrayList<>();
        outcome.changes().forEach(change -> changes.add(json(change)));
        all.put("changes", changes);
        all.put("ungrouped", outcome.ungrouped());
        List<Object> unknown = new ArrayList<>();
        outcome.unknown().forEach((why, count) -> unknown.add(JsonWriter.object("why", why, "count", count)));
        all.put("not_judged", unknown);
        all.put("in_summaries", outcome.summarised());
        all.put("not_in_logs", NOT_IN_LOGS);
        return JsonWriter.indented(all);
    }

    private static Map<String, Object> json(Change change) {
        Change.Group group = change.group();
        Map<String, Object> one = JsonWriter.object(
                "change",
                group.kind().name().toLowerCase(Locale.ROOT),
                "from",
                group.from().orElse(""),
                "to",
                group.to().orElse(""),
                "why",
                group.why(),
                "count",
                change.count(),
                "callers",
                change.callers());
        List<Object> examples = new ArrayList<>();
        for (LoggedCall call : change.examples()) {
            examples.add(JsonWriter.object(
                    "id",
                    call.id(),
                    "time",
                    call.time(),
                    "caller",
                    call.who().toString(),
                    "method",
                    call.request().method(),
                    "path",
                    call.request().path()));
        }
        one.put("examples", examples);
        return one;
    }
}
