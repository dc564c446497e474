package io.countersign.gateway.command;

import io.countersign.proxy.config.Until;
import io.countersign.proxy.wire.JsonText;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code countersign pending approve} and {@code refuse} share. */
abstract class PendingDecideCommand extends PendingCommand {
    private final Clock clock = Clock.systemUTC();
    private final String decision;

    @Parameters(index = "0", paramLabel = "NUMBER", description = "As countersign pending list shows it.")
    private long number;

    @Option(
            names = "--until",
            paramLabel = "WHEN",
            description =
                    "When it ends: a date, good to its end in UTC, a time such as 2027-01-31T12:00:00Z, or a duration such as 8h.")
    private Optional<String> until = Optional.empty();

    @Option(names = "--comment", paramLabel = "TEXT", description = "Why; kept with the decision and in the audit log.")
    private Optional<String> comment = Optional.empty();

    PendingDecideCommand(Map<String, String> environment, String decision) {
        super(environment);
        this.decision = decision;
    }

    @Override
    protected void run() throws Failure {
        StringBuilder json = new StringBuilder("{\"decision\":").append(JsonText.quoted(decision));
        until().ifPresent(end -> json.append(",\"until\":").append(JsonText.quoted(end.toString())));
        comment.ifPresent(text -> json.append(",\"comment\":").append(JsonText.quoted(text)));
        Map<String, Object> answer =
                ask("POST", "pending/" + number, Optional.of(json.append('}').toString()));
        if (answer.get("subscription") instanceof Map<?, ?> subscription) {
            print("request " + number + ": " + text(subscription, "decision") + " " + what(subscription) + ", "
                    + end(subscription));
        } else if (answer.get("pending") instanceof Map<?, ?> pending) {
            print("request " + number + ": " + what(pending) + " needs another approval, by a token of another name");
        }
        if (Boolean.FALSE.equals(answer.get("shared"))) {
            note(
                    "the store that replicas share is away: this acts on one replica, and on the others once the store is back");
        }
    }

    private Optional<Instant> until() throws Failure {
        try {
            return until.map(text -> Until.parse(text, clock.instant()));
        } catch (IllegalArgumentException e) {
            throw Failure.wrong("--until " + e.getMessage());
        }
    }
}
