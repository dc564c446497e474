package io.countersign.cli;

import io.countersign.cli.rules.Edit;
import io.countersign.cli.rules.ListEditor;
import io.countersign.proxy.access.AccessConfig;
import io.countersign.proxy.access.CompiledIpRules;
import io.countersign.proxy.access.IpList;
import io.countersign.proxy.access.IpListBuilder;
import io.countersign.proxy.access.ListRoom;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.config.Until;
import io.countersign.proxy.net.Cidr;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign rules allow} and {@code rules deny}: an entry of a list file, added or changed in one step. */
@Command(
        footer = {
            "",
            "The file is replaced in one step, with its comments, mode and owner kept; a proxy that runs takes it within"
                    + " three seconds. An entry that is there already gets the comment and the expiry that are given. Exits"
                    + " with 2 when it isn't clear which file is meant."
        })
final class RulesEditCommand implements Callable<Integer> {
    private static final int MAX_FAULTS = 20;

    /** Which list. */
    enum Kind {
        ALLOW,
        DENY;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Console console;
    private final Kind kind;
    private final Clock clock = Clock.systemUTC();

    @Mixin
    private ConfigOptions config = new ConfigOptions();

    @Parameters(index = "0", paramLabel = "ADDRESS", description = "An address or a network, IPv4 or IPv6.")
    private String address;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "The list to edit. Default: the only file of that kind that the configuration names.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--comment",
            paramLabel = "TEXT",
            description = "What the line says, for whoever reads it or its log lines.")
    private Optional<String> comment = Optional.empty();

    @Option(
            names = "--until",
            paramLabel = "WHEN",
            description =
                    "When the entry ends: a date, good to its end in UTC, a time such as 2027-01-31T12:00:00Z, or a"
                            + " duration from now such as 90m, 2h or 7d.")
    private Optional<String> until = Optional.empty();

    RulesEditCommand(Console console, Kind kind) {
        this.console = console;
        this.kind = kind;
    }

    /** Its name and first line are its kind's. */
    static CommandLine of(Console console, Kind kind) {
        CommandLine line = new CommandLine(new RulesEditCommand(console, kind));
        line.getCommandSpec().name(kind.word());
        line.getCommandSpec()
                .usageMessage()
                .description("Put an address or network on the " + kind.word() + " list, or change its line there.");
        return line;
    }

    @Override
    public Integer call() throws CommandFailure {
        Edit edit = new Edit(cidr(), comment(), until());
        Path list = file.isPresent() ? file.get() : onlyFile();
        refuseFaulty(list);
        try {
            console.out().println(new ListEditor(list, clock.instant()).apply(edit));
        } catch (ListEditor.Refused e) {
            throw CommandFailure.wrong("rules " + kind.word() + ": " + e.getMessage());
        } catch (IOException e) {
            throw CommandFailure.failed("rules " + kind.word() + ": " + list + " can't be edited, and is unchanged: "
                    + e.getClass().getSimpleName() + " " + e.getMessage());
        }
        sayWhatElseDecides(edit.cidr());
        return 0;
    }

    private Cidr cidr() throws CommandFailure {
        try {
            return Cidr.parse(address);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private Optional<String> comment() throws CommandFailure {
        if (comment.isEmpty()) {
            return comment;
        }
        String text = comment.get().strip();
        if (text.isEmpty() || text.chars().anyMatch(Character::isISOControl)) {
            throw wrong("--comment is one line of text, and not empty");
        }
        if (text.toLowerCase(Locale.ROOT).matches("(.*[^a-z0-9_-])?until([^a-z0-9_-].*)?")) {
            throw wrong("--comment has the word until, which would be read as the expiry; give that with --until");
        }
        return Optional.of(text);
    }

    private Optional<Instant> until() throws CommandFailure {
        try {
            return until.isPresent() ? Optional.of(Until.parse(until.get(), clock.instant())) : Optional.empty();
        } catch (IllegalArgumentException e) {
            throw wrong("--until " + e.getMessage());
        }
    }

    private Path onlyFile() throws CommandFailure {
        CompiledIpRules rules = rules();
        List<Path> files = kind == Kind.DENY
                ? rules.deny().files()
                : rules.allow().map(IpList::files).orElse(List.of());
        if (files.size() != 1) {
            throw wrong(
                    files.isEmpty()
                            ? "the configuration names no " + kind.word() + " file; add one to access." + kind.word()
                                    + "-files, or name a list with --file"
                            : "the configuration names several " + kind.word() + " files; name one with --file: "
                                    + String.join(
                                            ", ",
                                            files.stream().map(Path::toString).toList()));
        }
        return files.get(0);
    }

    private CompiledIpRules rules() throws CommandFailure {
        return config.load(console.environment()).config().access().rules().addresses();
    }

    /** A running proxy would not take it, with this entry or without. */
    private static void refuseFaulty(Path list) throws CommandFailure {
        List<String> faults = new ArrayList<>();
        IpListBuilder builder = new IpListBuilder(
                new ListRoom(0),
                Clock.systemUTC(),
                (path, where, reader) -> {
                    try (InputStream in = Files.newInputStream(path)) {
                        reader.read(in);
                    } catch (IOException e) {
                        faults.add(where + ": " + path + " can't be read");
                    }
                },
                (where, what) -> {
                    if (faults.size() < MAX_FAULTS) {
                        faults.add(where + ": " + what);
                    }
                });
        builder.read(list.toString(), list, "--file");
        if (!faults.isEmpty()) {
            throw CommandFailure.wrongLines(faults);
        }
    }

    /** With a configuration at hand: whether the address is decided on as was asked. */
    private void sayWhatElseDecides(Cidr cidr) throws CommandFailure {
        boolean single = cidr.prefix() == (cidr.v4() ? 32 : 128);
        if (!single || (file.isPresent() && !config.isGiven(console.environment()))) {
            return;
        }
        AccessConfig access = config.load(console.environment()).config().access();
        if (!access.remote().lists().isEmpty()) {
            console.err().println("note: lists that are fetched were not looked at; countersign rules test does that");
            return;
        }
        Verdict verdict = access.rules().addresses().decide(RulesCommand.parse(address));
        boolean asAsked = (verdict instanceof Verdict.Allowed) == (kind == Kind.ALLOW);
        if (!asAsked) {
            console.err().println("note: " + address + " is " + RulesCommand.text(verdict));
        }
    }

    private CommandFailure wrong(String what) {
        return CommandFailure.wrong("rules " + kind.word() + ": " + what);
    }
}
