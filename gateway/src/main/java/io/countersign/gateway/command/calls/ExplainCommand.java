package io.countersign.gateway.command.calls;

import io.countersign.gateway.calls.log.FoundCalls;
import io.countersign.gateway.calls.log.Place;
import io.countersign.gateway.calls.story.CallFields;
import io.countersign.gateway.calls.story.CallStory;
import io.countersign.gateway.command.GatewayCommand;
import io.countersign.proxy.secrets.Quoted;
import java.text.ParseException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code countersign explain}. */
@Command(
        name = "explain",
        description = "Explain what happened to one call, what its agent will do, and what to do about it.",
        footer = {"", "countersign explain LAST --status failed explains the last one that failed."})
final class ExplainCommand extends GatewayCommand {
    private static final String LAST = "LAST";

    private final Map<String, String> environment;
    private final Clock clock;

    @Parameters(
            paramLabel = "ID",
            description = "The id of the call, as in logs and answers; its trace's, or the upstream's; or LAST.")
    private String id;

    @Mixin
    private FilterOptions filters = new FilterOptions();

    @Mixin
    private SourceOptions source = new SourceOptions();

    ExplainCommand(Map<String, String> environment, Clock clock) {
        this.environment = environment;
        this.clock = clock;
    }

    @Override
    protected void run() throws Failure {
        Optional<String> wanted = id.equals(LAST) ? Optional.empty() : Optional.of(id);
        try (CallSource calls = source.open(environment, filters, wanted, clock.instant())) {
            CallStory.of(CallFields.parse(find(calls))).forEach(this::print);
        } catch (ParseException e) {
            throw Failure.failed("the line of that call is not JSON");
        }
    }

    private String find(CallSource calls) throws Failure {
        FoundCalls.Searched searched = FoundCalls.NONE.searched();
        Optional<Place> from = Optional.of(Place.NEWEST);
        while (from.isPresent()) {
            FoundCalls found = calls.find(from.get(), 1);
            if (!found.lines().isEmpty()) {
                return found.lines().get(0);
            }
            searched = searched.and(found.searched());
            from = found.next();
        }
        throw Failure.failed(
                (id.equals(LAST) ? "no such call is kept" : "no call with the id " + Quoted.of(id) + " is kept")
                        + "; " + searched.calls() + " were looked at"
                        + searched.backTo().map(time -> ", back to " + time).orElse(""));
    }
}
