package io.countersign.gateway.command.calls;

import io.countersign.gateway.calls.log.FoundCalls;
import io.countersign.gateway.calls.log.Place;
import io.countersign.gateway.command.GatewayCommand;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign calls}. */
@Command(
        name = "calls",
        description = "Find calls that went through a gateway, the newest first.",
        footer = {
            "",
            "It asks the console of a gateway that runs, which takes a token with the role viewer, or reads a folder (--dir).",
            "countersign explain ID explains one of them."
        })
final class CallsCommand extends GatewayCommand {
    private static final int MAX_LIMIT = 10_000_000;

    private final Map<String, String> environment;
    private final Clock clock;

    @Mixin
    private FilterOptions filters = new FilterOptions();

    @Mixin
    private SourceOptions source = new SourceOptions();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "Print N calls at most (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--follow", description = "Print those that end from now on, as they come.")
    private boolean follow;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "text",
            description = "text, json (a line each, as in the log) or csv (default: ${DEFAULT-VALUE}).")
    private String output;

    CallsCommand(Map<String, String> environment, Clock clock) {
        this.environment = environment;
        this.clock = clock;
    }

    @Override
    protected void run() throws Failure {
        Form form = Form.named(output).orElseThrow(() -> usage("-o is text, json or csv"));
        if (limit < 1 || limit > MAX_LIMIT) {
            throw usage("--limit is a number from 1 to " + MAX_LIMIT);
        }
        try (CallSource calls = source.open(environment, filters, Optional.empty(), clock.instant())) {
            form.title().ifPresent(this::print);
            if (follow) {
                follow(calls, form);
            } else {
                find(calls, form);
            }
        } catch (OutputEnded e) {
            // Whoever reads it, such as head, has enough.
        }
    }

    private void follow(CallSource calls, Form form) throws Failure {
        try {
            calls.follow(line -> printed(form, line), count -> note(count + " calls were missed"));
        } catch (Failure e) {
            // A stream that broke off because nobody reads what is printed.
            if (printed()) {
                throw e;
            }
        }
    }

    private void find(CallSource calls, Form form) throws Failure {
        Optional<Place> from = Optional.of(Place.NEWEST);
        FoundCalls.Searched searched = FoundCalls.NONE.searched();
        int count = 0;
        while (from.isPresent() && count < limit) {
            FoundCalls found = calls.find(from.get(), limit - count);
            found.lines().forEach(line -> printed(form, line));
            count += found.lines().size();
            searched = searched.and(found.searched());
            from = found.next();
        }
        note(count + " of " + searched.calls() + " calls"
                + searched.backTo().map(time -> ", back to " + time).orElse("")
                + (from.isPresent() ? "; there may be more: --limit" : ""));
    }

    private void printed(Form form, String line) {
        printHarmless(form.of(line));
        if (!printed()) {
            throw new OutputEnded();
        }
    }

    /** Nobody reads what is printed any more. */
    private static final class OutputEnded extends RuntimeException {
        private static final long serialVersionUID = 1;

        OutputEnded() {
            super(null, null, false, false);
        }
    }
}
