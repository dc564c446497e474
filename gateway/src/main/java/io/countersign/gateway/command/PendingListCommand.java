package io.countersign.gateway.command;

import io.countersign.gateway.approval.Shown;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code countersign pending list}. */
@Command(name = "list", description = "List the callers who wait, or what was decided.")
final class PendingListCommand extends PendingCommand {
    private static final int MAX_REQUEST = 80;

    @Option(names = "--decided", description = "Those who were approved or refused, while that counts.")
    private boolean decided;

    PendingListCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    protected void run() throws Failure {
        if (decided) {
            print(all("subscriptions"), "nothing was decided");
        } else {
            print(all("pending"), "nobody waits");
        }
    }

    private void print(List<Map<?, ?>> callers, String otherwise) {
        if (callers.isEmpty()) {
            note(otherwise);
        }
        int width = callers.stream()
                .mapToInt(each -> text(each, "number").length())
                .max()
                .orElse(0);
        for (Map<?, ?> each : callers) {
            String number = text(each, "number");
            print(" ".repeat(width - number.length()) + number + "  " + what(each) + "  "
                    + (decided ? decision(each) : asked(each)));
        }
    }

    private static String asked(Map<?, ?> pending) {
        String approvals = names(pending, "approvals", "by");
        return Shown.of(text(pending, "request"), MAX_REQUEST) + "  " + text(pending, "count") + " times, "
                + text(pending, "first_seen") + " to " + text(pending, "last_seen") + ", by "
                + text(pending, "known_by")
                + (approvals.isEmpty() ? "" : "  approved by " + approvals + ", needs another");
    }

    private static String decision(Map<?, ?> subscription) {
        String comment = text(subscription, "comment");
        return text(subscription, "decision") + " " + end(subscription) + " by " + names(subscription, "by", "name")
                + (comment.isEmpty() ? "" : ": " + comment);
    }
}
