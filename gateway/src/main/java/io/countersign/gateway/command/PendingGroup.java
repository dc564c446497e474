package io.countersign.gateway.command;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code countersign pending}: callers who wait to be approved by a person. */
@Command(
        name = "pending",
        description = "List, approve and refuse the callers who wait for approval.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "It talks to the console of a gateway that runs. To list takes a token with the role viewer, to decide one with the",
            "role approver. A decision acts with the caller's next request."
        })
final class PendingGroup {
    private PendingGroup() {}

    static CommandLine of(Map<String, String> environment) {
        return new CommandLine(new PendingGroup())
                .addSubcommand(new PendingListCommand(environment))
                .addSubcommand(new PendingApproveCommand(environment))
                .addSubcommand(new PendingRefuseCommand(environment))
                .addSubcommand(new PendingExportCommand(environment));
    }
}
