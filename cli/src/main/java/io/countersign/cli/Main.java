package io.countersign.cli;

import io.countersign.proxy.net.JdkNameCache;
import io.countersign.proxy.settings.HoconSource;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code countersign} command.
 *
 * <p>A service's plain {@code run --config FILE} goes past picocli: its classes are of a format (Java 5) that no start-up
 * archive takes, and so cost a third of the time to the first answer. All else goes through {@link CommandTree}.
 */
public final class Main {
    private static final Set<String> SERVING = Set.of("run", "sigv4-proxy");

    private Main() {}

    public static void main(String[] arguments) {
        JdkNameCache.forgetFailuresSoon();
        Console console = Console.system();
        int exitCode;
        try {
            if (!serves(arguments)) {
                RoomToStart.demand(Path.of("/"));
            }
            exitCode = execute(console, Arguments.asTyped(arguments));
        } catch (CommandFailure failure) {
            exitCode = failure.report(console);
        }
        System.exit(exitCode);
    }

    /** Whether these arguments start a proxy, which may take the memory that there is. */
    public static boolean serves(String... arguments) {
        String[] resolved = SigV4ProxyName.resolve(arguments);
        return resolved.length > 0 && SERVING.contains(resolved[0]);
    }

    static int execute(Console console, String... given) {
        try {
            String[] arguments = SigV4ProxyName.resolve(given);
            Optional<Path> file = plainRun(arguments);
            return file.isPresent()
                    ? new Serving(console).run(HoconSource.file(file.get(), console.environment()))
                    : CommandTree.execute(console, arguments);
        } catch (CommandFailure failure) {
            return failure.report(console);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted, which nobody does", e);
        } finally {
            console.out().flush();
            console.err().flush();
        }
    }

    /** The file of {@code run --config FILE} or {@code run --config=FILE}, where it cannot mean anything else. */
    static Optional<Path> plainRun(String... arguments) {
        if (arguments.length == 0 || !arguments[0].equals("run")) {
            return Optional.empty();
        }
        String file = "";
        if (arguments.length == 3 && arguments[1].equals("--config")) {
            file = arguments[2];
        } else if (arguments.length == 2 && arguments[1].startsWith("--config=")) {
            file = arguments[1].substring("--config=".length());
        }
        // What picocli could read in its own way (an option, a file of arguments, a quoted text) is left to it.
        boolean plain = !file.isEmpty() && "-@\"'".indexOf(file.charAt(0)) < 0;
        try {
            return plain ? Optional.of(Path.of(file)) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
