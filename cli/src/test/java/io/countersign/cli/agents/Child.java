package io.countersign.cli.agents;

import io.countersign.cli.demo.Leash;
import io.countersign.testing.Await;
import io.countersign.testing.TestJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process that can be killed and started again; its output goes to a file, all starts to the same. It ends with the tests,
 * should they be killed.
 */
public final class Child implements AutoCloseable {
    private final Path log;
    private final ProcessBuilder builder;
    private Process process;

    public Child(Path log, Map<String, String> environment, List<String> command) {
        this.log = log;
        builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // Keys of whoever runs the tests are none of theirs.
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_") || name.startsWith("COUNTERSIGN_"));
        builder.environment().putAll(environment);
    }

    /** A class of the test's class path in a JVM of its own. */
    public static Child java(Path log, Map<String, String> environment, String mainClass, List<String> arguments) {
        List<String> command = TestJvm.command(mainClass, "-Dio.netty.leakDetection.level=paranoid");
        command.addAll(arguments);
        return new Child(log, environment, command);
    }

    /** @throws AssertionError if the program is not installed */
    public void start() {
        try {
            process = builder.start();
            Leash.tie(process);
        } catch (IOException e) {
            throw new AssertionError("cannot start " + builder.command().get(0) + ": " + e.getMessage(), e);
        }
    }

    /** Asks until the answer is yes, and fails at once when this process has ended. */
    public void awaitReady(Await.Condition question) {
        Await.until(builder.command().get(0) + " to be ready, log " + log, () -> {
            if (!process.isAlive()) {
                throw new AssertionError("ended with " + process.exitValue() + ":\n" + output());
            }
            return question.holds();
        });
    }

    /** As {@code kill -9} does. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    public void terminate() {
        process.destroy();
    }

    /** Sends SIGHUP, at which a proxy reloads. */
    void hangUp() throws IOException {
        try {
            new ProcessBuilder("kill", "-HUP", Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    public int awaitExit() throws InterruptedException {
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            throw new AssertionError("did not end on SIGTERM:\n" + output());
        }
        return process.exitValue();
    }

    public String output() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "no log at " + log + ": " + e.getMessage();
        }
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }
}
