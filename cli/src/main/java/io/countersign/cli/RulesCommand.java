package io.countersign.cli;

import io.countersign.cli.report.JsonWriter;
import io.countersign.cli.report.RulesReport;
import io.countersign.proxy.access.CallerRules;
import io.countersign.proxy.access.CertificateRules;
import io.countersign.proxy.access.CompiledIpRules;
import io.countersign.proxy.access.IdleEntries;
import io.countersign.proxy.access.IpList;
import io.countersign.proxy.access.ListEntry;
import io.countersign.proxy.access.UserRules;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.net.IpAddress;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code countersign rules}: who may call, and by which line. */
@Command(
        name = "rules",
        description = "Show the allow and deny rules in force, or what they decide about addresses.",
        synopsisSubcommandLabel = "[test|check|allow|deny]",
        footer = {
            "",
            "With addresses, exits with 1 when one of them is denied.",
            "Lists that are not files are fetched; when one can't be, exits with 2.",
            "Subcommands try an address, check the lists, and edit them: test, check, allow, deny."
        })
final class RulesCommand implements Callable<Integer> {
    private final Console console;
    private final Clock clock = Clock.systemUTC();

    @Mixin
    private ConfigOptions config = new ConfigOptions();

    @Parameters(arity = "0..*", paramLabel = "ADDRESS", description = "IPv4 or IPv6.")
    private List<String> addresses = List.of();

    @Mixin
    private OutputForm output = new OutputForm();

    RulesCommand(Console console) {
        this.console = console;
    }

    static CommandLine of(Console console) {
        return new CommandLine(new RulesCommand(console))
                .addSubcommand(new RulesTestCommand(console))
                .addSubcommand(new RulesCheckCommand(console))
                .addSubcommand(RulesEditCommand.of(console, RulesEditCommand.Kind.ALLOW))
                .addSubcommand(RulesEditCommand.of(console, RulesEditCommand.Kind.DENY));
    }

    @Override
    public Integer call() throws CommandFailure {
        CallerRules loaded =
                config.loadWithLists(console.environment()).config().access().rules();
        CompiledIpRules rules = loaded.addresses();
        if (addresses.isEmpty() && output.isJson()) {
            JsonWriter.print(RulesReport.of(loaded), console.out());
            return 0;
        }
        if (addresses.isEmpty()) {
            print(rules);
            print(loaded.users());
            print(loaded.certificates());
            return 0;
        }
        List<InetAddress> parsed = new ArrayList<>();
        for (String address : addresses) {
            parsed.add(parse(address));
        }
        int denied = 0;
        List<Map<String, Object>> verdicts = new ArrayList<>();
        for (int i = 0; i < parsed.size(); i++) {
            Verdict verdict = rules.decide(parsed.get(i));
            denied += verdict instanceof Verdict.Denied ? 1 : 0;
            if (output.isJson()) {
                Map<String, Object> one = JsonWriter.object("address", addresses.get(i));
                one.putAll(RulesReport.of(verdict));
                verdicts.add(one);
            } else {
                console.out().println(addresses.get(i) + ": " + text(verdict));
            }
        }
        if (output.isJson()) {
            JsonWriter.print(verdicts, console.out());
        }
        return denied == 0 ? 0 : CommandFailure.FAILED;
    }

    /** What the rules say, by which line, and that line's comment. */
    static String text(Verdict verdict) {
        String by = verdict.by()
                + verdict.by().comment().map(comment -> "  # " + comment).orElse("");
        if (verdict instanceof Verdict.WouldDeny) {
            return "allowed, since access.mode is audit; enforced it would be denied by " + by;
        }
        return (verdict instanceof Verdict.Denied ? "denied by " : "allowed by ") + by;
    }

    private void print(CompiledIpRules rules) {
        PrintStream out = console.out();
        out.println("deny, before any allow:");
        Instant now = clock.instant();
        rules.deny()
                .entries()
                .forEach(entry -> print(entry, IdleEntries.of(rules, IdleEntries.Listed.DENY, entry, now), out));
        if (rules.deny().isEmpty()) {
            out.println("  nobody");
        }
        Optional<IpList> allow = rules.allow();
        out.println("allow:");
        allow.stream()
                .flatMap(IpList::entries)
                .forEach(entry -> print(entry, IdleEntries.of(rules, IdleEntries.Listed.ALLOW, entry, now), out));
        if (allow.isEmpty()) {
            out.println("  127.0.0.0/8 and ::1, since there is no allow list");
        } else if (allow.get().isEmpty()) {
            out.println("  nobody: the allow list is empty");
        }
        out.println("everyone else is denied");
        rules.allowedInVain()
                .forEach(vain -> console.err()
                        .println("warning: " + vain.entry().rule() + " allows nobody: denied by " + vain.by()));
    }

    private void print(UserRules users) {
        if (users.allow().isEmpty() && users.deny().isEmpty()) {
            return;
        }
        PrintStream out = console.out();
        out.println("callers by a Unix socket, by user; deny, before any allow:");
        print(users.deny().values(), "nobody", out);
        out.println("allow:");
        print(users.allow().values(), "whom the socket's file lets connect", out);
    }

    private void print(CertificateRules certificates) {
        if (certificates.entries().isEmpty()) {
            return;
        }
        PrintStream out = console.out();
        out.println("callers by TLS, by the certificate that a listener asks for; deny, before any allow:");
        print(certificates.deny(), "nobody", out);
        out.println("allow:");
        print(certificates.allow(), "whoever has a certificate of the listener's authorities", out);
    }

    private static void print(List<CertificateRules.Entry> certificates, String none, PrintStream out) {
        certificates.forEach(entry -> out.println("  " + entry.text() + "  " + entry.source()));
        if (certificates.isEmpty()) {
            out.println("  " + none);
        }
    }

    private static void print(Collection<UserRules.Entry> users, String none, PrintStream out) {
        users.stream()
                .sorted(Comparator.comparing(UserRules.Entry::source))
                .forEach(user -> out.println("  " + user.text() + "  " + user.source()));
        if (users.isEmpty()) {
            out.println("  " + none);
        }
    }

    private static void print(ListEntry entry, Optional<IdleEntries.Idle> idle, PrintStream out) {
        out.println("  " + entry.cidr() + "  " + entry.rule().source()
                + entry.until().map(until -> "  until " + until).orElse("")
                + idle.map(RulesCommand::text).orElse(""));
    }

    private static String text(IdleEntries.Idle idle) {
        String why = "  " + idle.why().name().toLowerCase(Locale.ROOT);
        return idle.by().map(by -> why + ": " + by).orElse(why);
    }

    /** By the strict parser first: a name must not be looked up, and no two parsers read {@code 010.0.0.1} alike. */
    static InetAddress parse(String text) throws CommandFailure {
        try {
            IpAddress.parse(text);
            return InetAddress.getByName(text);
        } catch (IllegalArgumentException | UnknownHostException e) {
            throw CommandFailure.wrong("rules: '" + text + "': " + e.getMessage());
        }
    }
}
