package io.countersign.gateway.command;

import java.util.Map;
import picocli.CommandLine.Command;

/** {@code countersign pending refuse}. */
@Command(name = "refuse", description = "Refuse a caller for a day, or until WHEN; takes an approval back.")
final class PendingRefuseCommand extends PendingDecideCommand {
    PendingRefuseCommand(Map<String, String> environment) {
        super(environment, "refuse");
    }
}
