package io.countersign.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A JVM that a test starts: of the JDK in use, small, and with the first compiler alone, since it ends before the second
 * pays.
 */
public final class TestJvm {
    /** What the tests run from. */
    public static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    private TestJvm() {}

    /** Returns a command to be added to, which runs the class of the test's own class path. */
    public static List<String> command(String mainClass, String... options) {
        return command(CLASS_PATH, mainClass, List.of(options));
    }

    /** The same from another class path. */
    public static List<String> command(String classPath, String mainClass, List<String> options) {
        // A shell lets what it runs in the background ignore SIGINT, and a JVM that inherits that never hears one.
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=HUP,INT,TERM",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx160m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, mainClass));
        return command;
    }
}
