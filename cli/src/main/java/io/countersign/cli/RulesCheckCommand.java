package io.countersign.cli;

import io.countersign.proxy.access.AccessMode;
import io.countersign.proxy.access.CompiledIpRules;
import io.countersign.proxy.access.Covered;
import io.countersign.proxy.access.IpList;
import io.countersign.proxy.access.LeftOut;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code countersign rules check}: entries that have no effect, or none of their own. */
@Command(
        name = "check",
        description = "Show entries of the lists that are expired, duplicate, shadowed or contradictory.",
        footer = {"", "Exits with 0 when there is none, 1 when there is any, 2 when a list has a fault."})
final class RulesCheckCommand implements Callable<Integer> {
    private static final int MAX = 20;

    private final Console console;
    private long found;

    @Mixin
    private ConfigOptions config = new ConfigOptions();

    RulesCheckCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        CompiledIpRules rules = config.loadWithLists(console.environment())
                .config()
                .access()
                .rules()
                .addresses();
        found = 0;
        leftOut(rules.deny().leftOut());
        rules.allow().map(IpList::leftOut).ifPresent(this::leftOut);
        show(rules.shadowed(), "shadowed", "is within %s, which decides in its place");
        show(rules.allowedInVain(), "contradictory", "allows nobody: %s denies it as a whole, and deny wins");
        if (rules.mode() == AccessMode.AUDIT) {
            console.err().println("warning: access.mode is audit, so nobody is denied");
        }
        if (found == 0) {
            console.out()
                    .println("nothing to report on " + rules.deny().size() + " deny and "
                            + rules.allow().map(IpList::size).orElse(0) + " allow entries");
        }
        return found == 0 ? 0 : CommandFailure.FAILED;
    }

    private void leftOut(LeftOut leftOut) {
        leftOut.expired()
                .forEach(entry -> say(
                        entry.rule().source(),
                        "expired: " + entry.cidr() + " ended at "
                                + entry.until().orElseThrow()));
        more(leftOut.expiredCount(), "expired");
        leftOut.repeated()
                .forEach(one -> say(
                        one.entry().rule().source(),
                        "duplicate: " + one.entry().cidr() + " is also at "
                                + one.kept().source() + ", which decides"));
        more(leftOut.repeatedCount(), "duplicate");
    }

    private void show(Stream<Covered> entries, String kind, String what) {
        long count = 0;
        for (Iterator<Covered> all = entries.iterator(); all.hasNext(); count++) {
            Covered one = all.next();
            if (count < MAX) {
                say(one.entry().rule().source(), kind + ": " + one.entry().cidr() + " " + what.formatted(one.by()));
            }
        }
        more(count, kind);
    }

    private void say(String where, String what) {
        console.out().println(where + ": " + what);
    }

    private void more(long count, String kind) {
        found += count;
        if (count > MAX) {
            console.out().println(String.format(Locale.ROOT, "and %,d more %s entries", count - MAX, kind));
        }
    }
}
