package io.countersign.gateway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokensFileTest {
    @TempDir
    Path folder;

    private final SecureRandom random = new SecureRandom();

    private static Token named(String name) {
        return new Token(name, Optional.empty(), Optional.empty());
    }

    private Path path() {
        return folder.resolve("tokens");
    }

    @Test
    void keepsOnlyTheHashForItsOwnerAlone() throws Exception {
        Token token = new Token("ops", Optional.of(Role.VIEWER), Optional.of(Instant.parse("2027-01-31T12:00:00Z")));
        TokensFile.Added added = new TokensFile(path()).add(token, random);

        String text = Files.readString(path());
        assertFalse(text.contains(added.secret().substring(5)), text);
        assertTrue(
                text.endsWith("\nops " + TokenSecret.digest(added.secret()).written()
                        + " role=viewer until=2027-01-31T12:00:00Z\n"),
                text);
        assertEquals(path() + ":2", added.where());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path())));
        assertEquals(List.of(token), new TokensFile(path()).read().tokens());
        assertEquals(
                Optional.of(token),
                new TokensFile(path()).read().console(added.secret(), Instant.parse("2027-01-31T11:59:59Z")));
        assertFalse(added.toString().contains(added.secret()), added.toString());
    }

    @Test
    void keepsCommentsOrderAndMode() throws Exception {
        TokensFile file = new TokensFile(path());
        file.add(named("a"), random);
        Files.writeString(path(), "# by hand\n\n" + Files.readString(path()) + "# the end");
        Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString("rw-r-----"));
        String before = Files.readString(path());

        assertEquals(path() + ":6", file.add(named("b"), random).where());
        assertTrue(Files.readString(path()).startsWith(before + "\nb sha256:"), Files.readString(path()));
        assertEquals(path() + ":6", file.remove("b"));
        assertEquals(before + "\n", Files.readString(path()));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(path())));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(path()), files.toList());
        }
    }

    @Test
    void refusesWhatWouldDoHarm() throws Exception {
        TokensFile file = new TokensFile(path());
        file.add(named("a"), random);
        String before = Files.readString(path());
        assertThrows(TokensFile.Refused.class, () -> file.add(named("a"), random));
        assertThrows(TokensFile.Refused.class, () -> file.remove("b"));

        Path link = Files.createSymbolicLink(folder.resolve("link"), path());
        assertThrows(TokensFile.Refused.class, () -> new TokensFile(link).add(named("b"), random));
        assertThrows(TokensFile.Refused.class, () -> new TokensFile(link).remove("a"));
        assertTrue(Files.isSymbolicLink(link));
        assertEquals(before, Files.readString(path()));

        Files.writeString(path(), before + "what?\n");
        TokensFile.Refused refused = assertThrows(TokensFile.Refused.class, () -> file.add(named("b"), random));
        assertTrue(refused.lines().get(0).startsWith(path() + ":3: "), refused.getMessage());
        assertThrows(TokensFile.Refused.class, file::read);
    }

    @Test
    void editorsWaitForEachOther() throws Exception {
        List<Thread> editors = new ArrayList<>();
        List<Exception> failed = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int editor = i;
            editors.add(new Thread(() -> {
                try {
                    for (int j = 0; j < 5; j++) {
                        new TokensFile(path()).add(named("t" + editor + "-" + j), random);
                    }
                } catch (IOException | TokensFile.Refused e) {
                    synchronized (failed) {
                        failed.add(e);
                    }
                }
            }));
        }
        editors.forEach(Thread::start);
        for (Thread editor : editors) {
            editor.join();
        }
        assertEquals(List.of(), failed);
        assertEquals(
                IntStream.range(0, 20).mapToObj(i -> "t" + i / 5 + "-" + i % 5).toList(),
                new TokensFile(path())
                        .read().tokens().stream().map(Token::name).sorted().toList());
    }

    @ParameterizedTest
    @CsvSource({"rw-------, false", "rw-r-----, false", "rw-r--r--, true", "rw-rw----, true", "rw-----w-, true"})
    void warnsOfWhoMayReadOrWriteIt(String mode, boolean warns) throws Exception {
        TokensFile file = new TokensFile(path());
        file.add(named("a"), random);
        Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString(mode));
        assertEquals(warns, file.exposure().isPresent());
    }
}
