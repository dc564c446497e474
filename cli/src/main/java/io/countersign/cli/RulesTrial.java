package io.countersign.cli;

import io.countersign.cli.report.JsonWriter;
import io.countersign.cli.report.RulesReport;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.Trial;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.admission.Findings;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.settings.ProxyConfig;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** What becomes of a caller's request, for programs. */
record RulesTrial(ProxyConfig config) {
    /** @param host empty for the usual one */
    record Asked(String method, String path, Optional<String> host) {}

    /** Prints one object; returns the exit code. */
    int print(Caller caller, Verdict verdict, Optional<Asked> asked, PrintStream out) throws CommandFailure {
        Map<String, Object> one = JsonWriter.object("caller", caller.toString());
        one.putAll(RulesReport.of(verdict));
        boolean good = !(verdict instanceof Verdict.Denied);
        if (asked.isPresent()) {
            good = add(caller, asked.get(), one);
        }
        JsonWriter.print(one, out);
        return good ? 0 : CommandFailure.FAILED;
    }

    private boolean add(Caller caller, Asked asked, Map<String, Object> to) throws CommandFailure {
        try {
            String host = asked.host().orElseGet(() -> Trial.usualHost(config));
            Trial.Result result =
                    new Trial(config, Clock.systemUTC()).request(caller, asked.method(), asked.path(), host);
            if (result instanceof Trial.Result.Taken taken) {
                describe(taken.findings(), Optional.of(taken.route()), to);
                taken.policy().ifPresent(decision -> to.put("policy", decision.toString()));
                return true;
            }
            Trial.Result.NotTaken refused = (Trial.Result.NotTaken) result;
            describe(refused.findings(), refused.findings().route(), to);
            to.put("status", refused.response().status(refused.findings().keepsData()));
            to.put("detail", refused.response().detail());
            return false;
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrong("rules: such a request can't be written: " + e.getMessage());
        } catch (StartFailure e) {
            throw CommandFailure.of(e);
        }
    }

    private static void describe(Findings findings, Optional<Route> route, Map<String, Object> to) {
        findings.caller().tenant().ifPresent(tenant -> to.put("tenant", tenant));
        route.ifPresent(taking -> {
            to.put("route", taking.name());
            to.put("upstream", taking.upstream().toString());
        });
    }
}
