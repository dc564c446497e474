package io.countersign.cli;

import io.countersign.cli.check.Finding;
import io.countersign.cli.check.Probing;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.settings.ProxyConfig;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Whether upstreams are sent a request, and which. */
final class ProbeOptions {
    @Option(
            names = "--probe",
            description =
                    "Send one signed GET to each upstream, which changes nothing there, and explain the answer: status,"
                            + " whose signature it was, how far the clock is off, and why AWS rejects it. Exits with 1 if something is"
                            + " wrong.")
    private boolean probe;

    @Option(
            names = "--probe-path",
            paramLabel = "ROUTE=/PATH",
            description =
                    "With --probe: what to ask of a route's upstream, appended to the upstream's URL. Without this, what"
                            + " reads the least at its service, or the URL itself. May be given for several routes.")
    private Map<String, String> paths = new LinkedHashMap<>();

    boolean isAsked() throws CommandFailure {
        if (!probe && !paths.isEmpty()) {
            throw CommandFailure.wrong("check: --probe-path belongs to --probe");
        }
        return probe;
    }

    /** Whether nothing is wrong. */
    boolean run(ProxyConfig config, Environment environment, Consumer<Finding> out) throws CommandFailure {
        for (Map.Entry<String, String> each : paths.entrySet()) {
            if (config.routes().stream().noneMatch(route -> route.name().equals(each.getKey()))) {
                throw CommandFailure.wrong(
                        "check: --probe-path names no route of the configuration: '" + each.getKey() + "'");
            }
            if (!each.getValue().startsWith("/")) {
                throw CommandFailure.wrong(
                        "check: --probe-path " + each.getKey() + "=" + each.getValue() + ": the path begins with /");
            }
        }
        return new Probing(config, paths, out, Clock.systemUTC()).run(environment);
    }
}
