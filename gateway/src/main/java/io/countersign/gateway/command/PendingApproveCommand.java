package io.countersign.gateway.command;

import java.util.Map;
import picocli.CommandLine.Command;

/** {@code countersign pending approve}. */
@Command(
        name = "approve",
        description =
                "Approve a caller: an address for 8 hours, or until WHEN, at most 30 days ahead; an identity without an end, or until WHEN.")
final class PendingApproveCommand extends PendingDecideCommand {
    PendingApproveCommand(Map<String, String> environment) {
        super(environment, "approve");
    }
}
