package io.countersign.cli;

import io.countersign.cli.report.JsonWriter;
import io.countersign.proxy.access.AccessMode;
import io.countersign.proxy.access.CallerRules;
import io.countersign.proxy.access.CompiledIpRules;
import io.countersign.proxy.access.IdleEntries;
import io.countersign.proxy.access.IpList;
import io.countersign.proxy.access.Rule;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code countersign rules check}: entries that have no effect, or none of their own. */
@Command(
        name = "check",
        description = "Show entries of the lists that are expired, duplicate, shadowed or contradictory.",
        footer = {"", "Exits with 0 when there is none, 1 when there is any, 2 when a list has a fault."})
final class RulesCheckCommand implements Callable<Integer> {
    private final Console console;
    private final Clock clock = Clock.systemUTC();

    @Mixin
    private ConfigOptions config = new ConfigOptions();

    @Mixin
    private OutputForm output = new OutputForm();

    RulesCheckCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        CallerRules loaded =
                config.loadWithLists(console.environment()).config().access().rules();
        CompiledIpRules rules = loaded.addresses();
        List<IdleEntries> idle = IdleEntries.of(loaded, clock.instant());
        if (rules.mode() == AccessMode.AUDIT) {
            console.err().println("warning: access.mode is audit, so nobody is denied");
        }
        if (output.isJson()) {
            JsonWriter.print(json(idle), console.out());
        } else if (idle.isEmpty()) {
            console.out()
                    .println("nothing to report on " + rules.deny().size() + " deny and "
                            + rules.allow().map(IpList::size).orElse(0) + " allow entries");
        } else {
            idle.forEach(this::show);
        }
        return idle.isEmpty() ? 0 : CommandFailure.FAILED;
    }

    private static Map<String, Object> json(List<IdleEntries> idle) {
        List<Map<String, Object>> findings = new ArrayList<>();
        for (IdleEntries entries : idle) {
            entries.first()
                    .forEach(each -> findings.add(JsonWriter.object(
                            "where", each.rule().source(), "what", kind(entries) + ": " + said(each))));
        }
        return JsonWriter.object(
                "findings",
                findings,
                "count",
                idle.stream().mapToLong(IdleEntries::count).sum());
    }

    private static String kind(IdleEntries idle) {
        return idle.why().name().toLowerCase(Locale.ROOT);
    }

    private void show(IdleEntries idle) {
        String kind = kind(idle);
        idle.first().forEach(each -> console.out().println(each.rule().source() + ": " + kind + ": " + said(each)));
        long more = idle.count() - idle.first().size();
        if (more > 0) {
            console.out().println(String.format(Locale.ROOT, "and %,d more %s entries", more, kind));
        }
    }

    private static String said(IdleEntries.Idle idle) {
        String text = idle.rule().text();
        Rule by = idle.by().orElse(idle.rule());
        return switch (idle.why()) {
            case EXPIRED -> text + " ended at " + idle.until().orElseThrow();
            case DUPLICATE -> text + " is also at " + by.source() + ", which decides";
            case SHADOWED -> text + " is within " + by + ", so it changes nothing";
            case CONTRADICTORY -> text + " allows nobody: " + by + " denies it as a whole, and deny wins";
        };
    }
}
