package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.testing.TestJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ArgumentsTest {
    /** What Java makes of "Zoë" without a locale, by version. */
    private static final List<String> LOST = List.of("Zo\uFFFD\uFFFD", "Zo??");

    private static byte[] line(String... parts) {
        return (String.join("\0", parts) + "\0").getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsTheBytesThatWereTyped() throws Exception {
        for (String lost : LOST) {
            assertArrayEquals(
                    new String[] {"send", "-d", "Zoë", ""},
                    Arguments.of(new String[] {"send", "-d", lost, ""}, line("java", "Main", "send", "-d", "Zoë", "")));
        }
    }

    @Test
    void refusesWhatIsNotUtf8() {
        byte[] latin1 = "java\0Main\0sign\0Zo\u00EB\0".getBytes(StandardCharsets.ISO_8859_1);
        CommandFailure failure =
                assertThrows(CommandFailure.class, () -> Arguments.of(new String[] {"sign", "Zo\uFFFD"}, latin1));
        assertTrue(failure.getMessage().startsWith("argument 2 is not UTF-8"), failure.getMessage());
    }

    @Test
    void withoutTheSystemsHelpRefusesWhatWasLost() throws Exception {
        assertThrows(CommandFailure.class, () -> Arguments.of(new String[] {"Zo\uFFFD"}, new byte[0]));
        assertArrayEquals(new String[] {"Zoë"}, Arguments.of(new String[] {"Zoë"}, new byte[0]));
        assertArrayEquals(
                new String[] {"sign", "Zoë"},
                Arguments.of(new String[] {"sign", "Zoë"}, line("another", "command", "line")));
    }

    /** Run as cron or a container would: nothing in the environment. */
    private static Output run(Map<String, String> environment, String... arguments) throws Exception {
        // The shell makes the bytes: this test's own locale may not be able to pass them on.
        String script = "exec \"$@\" \"$(printf '%b' \"$LAST\")\"";
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        command.addAll(TestJvm.command("io.countersign.cli.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().put("PATH", System.getenv("PATH"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            String out = text(process.getInputStream().readAllBytes());
            String err = text(process.getErrorStream().readAllBytes());
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            return new Output(process.exitValue(), out, err);
        } finally {
            process.destroyForcibly();
        }
    }

    private record Output(int exitCode, String out, String err) {}

    private static String text(byte[] bytes) throws IOException {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Map<String, String> keysAnd(String last) {
        return Map.of(
                "LAST", last,
                "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE",
                "AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    }

    @Test
    void withoutALocaleSignsTheBytesThatWereTyped() throws Exception {
        Output query = run(
                keysAnd("https://h/?x=\\0303\\0274"),
                "sign",
                "--service",
                "s",
                "--region",
                "r",
                "--output",
                "canonical-request",
                "GET");
        assertEquals(0, query.exitCode(), query.err());
        assertTrue(query.out().startsWith("GET\n/\nx=%C3%BC\n"), query.out());

        Output body = run(
                keysAnd("Zo\\0303\\0253"),
                "sign",
                "--service",
                "s",
                "--region",
                "r",
                "--output",
                "canonical-request",
                "POST",
                "https://h/",
                "-d");
        assertEquals(0, body.exitCode(), body.err());
        assertTrue(
                body.out().endsWith("\nc6a12698582fc1104ea24107a2d7268145ff06ef859707729d01fd060897f067"), body.out());
    }

    @Test
    void withoutALocaleRefusesBytesThatAreNotUtf8() throws Exception {
        Output refused =
                run(keysAnd("Zo\\0353"), "sign", "--service", "s", "--region", "r", "POST", "https://h/", "-d");
        assertEquals(2, refused.exitCode(), refused.out());
        assertEquals("", refused.out());
        assertTrue(refused.err().contains("not UTF-8"), refused.err());
    }

    @Test
    void aFilesNameThatTheLocaleCannotCarryIsSaidInWords() throws Exception {
        Output refused =
                run(keysAnd("@Zo\\0303\\0253"), "sign", "--service", "s", "--region", "r", "POST", "https://h/", "-d");
        assertEquals(2, refused.exitCode(), refused.out());
        assertTrue(refused.err().contains("LC_ALL=C.UTF-8"), refused.err());
    }
}
