package io.countersign.cli;

import io.countersign.proxy.StartFailure;
import io.countersign.proxy.config.ConfigFault;
import java.util.List;

/** Ends a command: each line goes to standard error, and the exit code says whose fault it is. */
final class CommandFailure extends Exception {
    /** It was asked rightly, and failed. */
    static final int FAILED = 1;
    /** The command line or the configuration is wrong: trying again changes nothing. */
    static final int WRONG = 2;

    private final int exitCode;
    private final List<String> lines;
    private final transient List<ConfigFault> faults;

    private CommandFailure(int exitCode, List<String> lines) {
        this(exitCode, lines, List.of());
    }

    private CommandFailure(int exitCode, List<String> lines, List<ConfigFault> faults) {
        super(String.join("; ", lines), null, false, false);
        this.exitCode = exitCode;
        this.lines = List.copyOf(lines);
        this.faults = List.copyOf(faults);
    }

    static CommandFailure failed(String line) {
        return new CommandFailure(FAILED, List.of(line));
    }

    static CommandFailure wrong(String line) {
        return new CommandFailure(WRONG, List.of(line));
    }

    static CommandFailure wrongLines(List<String> lines) {
        return new CommandFailure(WRONG, lines);
    }

    static CommandFailure wrong(List<ConfigFault> faults) {
        return new CommandFailure(WRONG, lines(faults), faults);
    }

    /** A taken address may be free a moment later, so whoever restarts us should try again. */
    static CommandFailure of(StartFailure failure) {
        boolean wrong = failure.cause() == StartFailure.Cause.CONFIGURATION;
        return new CommandFailure(wrong ? WRONG : FAILED, lines(failure.faults()));
    }

    private static List<String> lines(List<ConfigFault> faults) {
        return faults.stream().map(ConfigFault::toString).toList();
    }

    /** Of a configuration; empty where it is not about one. */
    List<ConfigFault> faults() {
        return faults;
    }

    /** Prints its lines; returns the exit code. */
    int report(Console console) {
        lines.forEach(console.err()::println);
        return exitCode;
    }
}
