package io.countersign.cli;

import java.util.Map;

/** What standard output leads to. */
final class Terminal {
    private Terminal() {}

    /** Whether standard input and output are a terminal that can draw in place. */
    @SuppressWarnings("SystemConsoleNull") // asked below, where the JVM knows
    static boolean canDraw(Map<String, String> environment) {
        java.io.Console console = System.console();
        String kind = environment.getOrDefault("TERM", "");
        if (console == null || kind.isEmpty() || kind.equals("dumb")) {
            return false;
        }
        try {
            // From Java 22 on there is one without a terminal too.
            return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException before22) {
            return true;
        }
    }
}
