package io.countersign.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a command talks to: its three streams and the environment. Results go to {@code out}, everything else to {@code err}.
 *
 * @param environment variables by name
 */
public record Console(InputStream in, PrintStream out, PrintStream err, Map<String, String> environment) {

    /** The process's own. Text is UTF-8 whatever the locale: a signed request has no other encoding. */
    @SuppressWarnings("SystemOut")
    static Console system() {
        return new Console(
                new FileInputStream(FileDescriptor.in),
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                System.getenv());
    }

    @Override
    public String toString() {
        return "Console"; // the environment holds secrets
    }
}
