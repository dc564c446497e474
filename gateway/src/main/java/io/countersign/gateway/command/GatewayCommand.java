package io.countersign.gateway.command;

import io.countersign.proxy.secrets.Printable;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What the commands have in common: what they print goes through here, so that nothing that somebody else wrote acts on the terminal,
 * and a {@link Failure} becomes lines on standard error and an exit code.
 */
public abstract class GatewayCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    /** Ends a command. */
    public static final class Failure extends Exception {
        private static final long serialVersionUID = 1;

        /** It was asked rightly, and failed. */
        private static final int FAILED = 1;
        /** What was asked is wrong: trying again changes nothing. */
        private static final int WRONG = 2;

        private final int exitCode;
        private final transient List<String> lines;

        private Failure(int exitCode, List<String> lines) {
            super(String.join("; ", lines), null, false, false);
            this.exitCode = exitCode;
            this.lines = List.copyOf(lines);
        }

        public static Failure failed(String line) {
            return new Failure(FAILED, List.of(line));
        }

        public static Failure wrong(List<String> lines) {
            return new Failure(WRONG, lines);
        }

        public static Failure wrong(String line) {
            return wrong(List.of(line));
        }
    }

    @Override
    public final Integer call() {
        try {
            run();
            return 0;
        } catch (Failure failure) {
            failure.lines.forEach(this::note);
            return failure.exitCode;
        }
    }

    protected abstract void run() throws Failure;

    /** A line of the result. */
    protected final void print(String line) {
        spec.commandLine().getOut().println(Printable.of(line));
    }

    /** A line of the result that {@link Printable} or its like has made harmless already. */
    protected final void printHarmless(String line) {
        spec.commandLine().getOut().println(line);
    }

    /** A line beside the result, on standard error. */
    protected final void note(String line) {
        spec.commandLine().getErr().println(Printable.of(line));
    }

    /** Whether all that was printed has arrived. */
    protected final boolean printed() {
        return !spec.commandLine().getOut().checkError();
    }

    /** The command line is wrong; what to do about it, its help says. */
    protected final ParameterException usage(String what) {
        return new ParameterException(spec.commandLine(), Printable.of(what));
    }
}
