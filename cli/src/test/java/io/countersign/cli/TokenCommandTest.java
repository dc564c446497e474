package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code countersign token}, as the gateway adds it to the command. */
class TokenCommandTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void setFile() {
        file = folder.resolve("tokens");
    }

    private Command token(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "token";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Command.run(Map.of("COUNTERSIGN_TOKENS_FILE", file.toString()), "", all);
    }

    @Test
    void showsATokenOnceAndAlone() throws IOException {
        Command added = token("add", "payments");
        assertEquals(0, added.exitCode(), added.err());
        assertTrue(added.out().matches("csgn_[A-Za-z0-9_-]{43}\n"), "not a token alone on its line");
        assertTrue(added.err().startsWith(file + ":2: added payments; "), added.err());

        String secret = added.out().strip();
        assertFalse(added.err().contains(secret), added.err());
        assertFalse(Files.readString(file).contains(secret.substring(5)));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));

        Command listed = token("list");
        assertEquals("payments  caller    without end\n", listed.out());
        assertFalse(token("add", "other").out().equals(added.out()));
    }

    @Test
    void listsWithoutAnySecret() throws IOException {
        token("add", "ops", "--role", "admin", "--until", "2099-01-31");
        Files.writeString(
                file, Files.readString(file) + "old sha256:" + "0".repeat(64) + " role=viewer until=2020-01-31\n");
        Command listed = token("list");
        assertEquals(0, listed.exitCode(), listed.err());
        assertEquals(
                "ops  admin     until 2099-02-01T00:00:00Z\nold  viewer    until 2020-02-01T00:00:00Z (ended)\n",
                listed.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"8h", "480 minutes"})
    void endsAfterADuration(String until) throws IOException {
        Instant before = Instant.now();
        assertEquals(0, token("add", "a", "--until", until).exitCode());
        Instant end = Instant.parse(
                Files.readString(file).replaceFirst("(?s).* until=", "").strip());
        assertTrue(end.isAfter(before.plusSeconds(8 * 3600 - 2)), end::toString);
        assertTrue(end.isBefore(before.plusSeconds(8 * 3600 + 60)), end::toString);
    }

    @Test
    void removesAToken() throws IOException {
        token("add", "a");
        token("add", "b");
        Command removed = token("remove", "a");
        assertEquals(0, removed.exitCode(), removed.err());
        assertEquals(file + ":2: removed a\n", removed.err());
        assertEquals("b  caller    without end\n", token("list").out());
        Command again = token("remove", "a");
        assertEquals(2, again.exitCode());
        assertTrue(again.err().contains("has no token of that name"), again.err());
    }

    @Test
    void warnsOfAFileThatOthersCanRead() throws IOException {
        token("add", "a");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        for (String command : new String[] {"add b", "list", "remove a"}) {
            Command run = token(command.split(" "));
            assertEquals(0, run.exitCode(), run.err());
            assertTrue(run.err().contains("warning: every user can read " + file + " (rw-r--r--)"), run.err());
        }
    }

    @Test
    void namesFileAndLineOfAFaultAndNoMore() throws IOException {
        String secret = token("add", "a").out().strip();
        String text = Files.readString(file);
        Files.writeString(file, text + secret + "\n");
        for (String command : new String[] {"add b", "list", "remove a"}) {
            Command run = token(command.split(" "));
            assertEquals(2, run.exitCode());
            assertTrue(run.err().startsWith(file + ":3: this is not an entry of a tokens file"), run.err());
            assertFalse(run.err().contains(secret), run.err());
        }
        assertEquals(text + secret + "\n", Files.readString(file));
    }

    /** Whoever names files or tokens can't make the terminal of whoever lists them say something else. */
    @Test
    void printsNothingThatATerminalActsOn() throws IOException {
        file = folder.resolve("to\u001b[2J\u202eken\u009bs");
        Files.writeString(file, "a sha256:\u001b[31m\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        for (String[] command : new String[][] {
            {"list"},
            {"remove", "\u001b[0m"},
            {"add", "\u202ea"},
            {"add", "a"},
            {"add", "a", "--role", "\u001b[0m"},
            {"\u009b"},
            {"add", "a", "--\u202e"}
        }) {
            Command run = token(command);
            assertEquals(2, run.exitCode());
            assertTrue(run.err().length() > 10, run.err());
            assertTrue(
                    (run.out() + run.err())
                            .chars()
                            .noneMatch(c -> (c < ' ' && c != '\n') || (c >= 0x7f && c < 0xa0) || c == 0x202e),
                    run.err());
        }
    }

    @Test
    void saysThatAFolderIsNotThere() {
        file = folder.resolve("none").resolve("tokens");
        Command added = token("add", "a");
        assertEquals(2, added.exitCode());
        assertEquals("", added.out());
        assertTrue(added.err().contains("there is no file " + file), added.err());
    }
}
