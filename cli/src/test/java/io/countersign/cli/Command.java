package io.countersign.cli;

import io.countersign.standin.StandIn;
import io.countersign.standin.StandInOptions;
import io.countersign.standin.verify.Credential;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs the command in this process and keeps what it said. */
record Command(int exitCode, String out, String err) {
    static final Map<String, String> KEYS = Map.of(
            "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

    /** A stand-in that knows {@link #KEYS}, and writes its authority to {@code ca.pem}. */
    static StandIn standIn(Path folder) throws Exception {
        Credential known = Credential.of(KEYS.get("AWS_ACCESS_KEY_ID"), KEYS.get("AWS_SECRET_ACCESS_KEY"));
        return StandIn.start(
                StandInOptions.defaults().withCaOut(folder.resolve("ca.pem")).withCredentials(List.of(known)));
    }

    static Command run(String... arguments) {
        return run(KEYS, "", arguments);
    }

    static Command run(Map<String, String> environment, String in, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment);
        int exitCode = Main.execute(console, arguments);
        return new Command(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
