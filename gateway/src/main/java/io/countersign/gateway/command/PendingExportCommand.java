package io.countersign.gateway.command;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code countersign pending export}: what was approved, as lines of a list that lives somewhere else. */
@Command(
        name = "export",
        description = "Print the approved addresses as lines of a list, to keep them in Git.",
        footer = {
            "",
            "Without --route those that were approved for access at all (access.unlisted = ask). Identities are named on standard",
            "error: they belong into access.allow-certificates or access.allow-users."
        })
final class PendingExportCommand extends PendingCommand {
    private static final String INDENT = "    ";

    private static final String CONFIGMAP = "configmap";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "list",
            description = "list, or configmap: the same as a Kubernetes ConfigMap (default: ${DEFAULT-VALUE}).")
    private String format;

    @Option(names = "--route", paramLabel = "NAME", description = "Those that were approved for this route.")
    private Optional<String> route = Optional.empty();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "countersign-allow",
            description = "The name of the ConfigMap (default: ${DEFAULT-VALUE}).")
    private String name;

    PendingExportCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    protected void run() throws Failure {
        if (!format.equals("list") && !format.equals(CONFIGMAP)) {
            throw usage("--format is list or configmap");
        }
        if (!name.matches("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")) {
            throw Failure.wrong("--name is not a name of a ConfigMap: write a-z, 0-9, '-' and '.'");
        }
        List<Map<?, ?>> approved = all("subscriptions").stream()
                .filter(each -> text(each, "decision").equals("approved"))
                .filter(each -> text(each, "route").equals(route.orElse("")))
                .toList();
        String indent = "";
        if (format.equals(CONFIGMAP)) {
            List.of("apiVersion: v1", "kind: ConfigMap", "metadata:", "  name: " + name, "data:", "  allow.list: |")
                    .forEach(this::print);
            indent = INDENT;
        }
        print(indent + "# Approved by countersign pending approve.");
        for (Map<?, ?> each : approved) {
            if (text(each, "kind").equals("address")) {
                print(indent + line(each));
            } else {
                note("left out: " + what(each) + ", " + end(each));
            }
        }
    }

    /** The end comes last: of several words "until" in a comment a list takes the last one. */
    private static String line(Map<?, ?> subscription) {
        String comment = text(subscription, "comment");
        return text(subscription, "caller") + "  # request " + text(subscription, "number") + ", approved by "
                + names(subscription, "by", "name") + (comment.isEmpty() ? "" : ": " + comment) + ", until "
                + text(subscription, "until");
    }
}
