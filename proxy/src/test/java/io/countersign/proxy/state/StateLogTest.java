package io.countersign.proxy.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateLogTest {
    @TempDir
    Path above;

    private Path file(String name) {
        return above.resolve("state").resolve(name);
    }

    private static List<byte[]> lines(String... texts) {
        return Stream.of(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private StateFolder open() throws Exception {
        return StateFolder.open(above.resolve("state"));
    }

    @Test
    void goesOnWhereTheLastProcessEnded() throws Exception {
        try (StateFolder state = open();
                StateLog log = state.log("audit", 1000, 2)) {
            log.append(lines("one", "two"));
            log.append(lines("three"));
        }
        try (StateFolder state = open();
                StateLog log = state.log("audit", 1000, 2)) {
            log.append(lines("four"));
            assertEquals("one\ntwo\nthree\nfour\n", Files.readString(file("audit.jsonl")));
            assertEquals(List.of("four", "three"), log.newest(2));
        }
    }

    @Test
    void isForItsUserAlone() throws Exception {
        try (StateFolder state = open();
                StateLog log = state.log("audit", 1000, 2)) {
            log.append(lines("one"));
        }
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file("audit.jsonl"))));
    }

    /** What a process that was killed has written of a line. */
    @Test
    void cutsOffAPartOfALine() throws Exception {
        try (StateFolder state = open();
                StateLog log = state.log("audit", 100_000, 2)) {
            log.append(lines("one"));
        }
        Files.writeString(file("audit.jsonl"), "{\"half".repeat(2000), StandardOpenOption.APPEND);
        try (StateFolder state = open();
                StateLog log = state.log("audit", 100_000, 2)) {
            assertEquals(List.of("one"), log.newest(10));
            log.append(lines("two"));
            assertEquals("one\ntwo\n", Files.readString(file("audit.jsonl")));
        }
        Files.writeString(file("audit.jsonl"), "never whole");
        try (StateFolder state = open();
                StateLog log = state.log("audit", 100_000, 2)) {
            log.append(lines("three"));
            assertEquals("three\n", Files.readString(file("audit.jsonl")));
        }
    }

    @Test
    void keepsAFewFullFilesAndNoMore() throws Exception {
        try (StateFolder state = open();
                StateLog log = state.log("audit", 20, 2)) {
            for (int i = 10; i < 30; i++) {
                log.append(lines("line " + i));
            }
            assertEquals(
                    IntStream.rangeClosed(0, 5)
                            .mapToObj(i -> "line " + (29 - i))
                            .toList(),
                    log.newest(100));
        }
        assertTrue(Files.exists(file("audit-1.jsonl")));
        assertTrue(Files.exists(file("audit-2.jsonl")));
        assertFalse(Files.exists(file("audit-3.jsonl")));
        for (String name : List.of("audit.jsonl", "audit-1.jsonl", "audit-2.jsonl")) {
            assertTrue(Files.size(file(name)) <= 20, name);
        }
    }

    /** The first byte past the limit goes into the next file. */
    @Test
    void fillsAFileToItsLimit() throws Exception {
        try (StateFolder state = open();
                StateLog log = state.log("audit", 8, 1)) {
            log.append(lines("abc", "def"));
            assertEquals(8, Files.size(file("audit.jsonl")));
            log.append(lines(""));
            assertEquals("\n", Files.readString(file("audit.jsonl")));
            assertEquals("abc\ndef\n", Files.readString(file("audit-1.jsonl")));
        }
    }

    @Test
    void readsNothingWhereNothingWasWritten() throws Exception {
        try (StateFolder state = open();
                StateLog log = state.log("audit", 8, 1)) {
            assertEquals(List.of(), log.newest(3));
        }
    }

    /** What stands in place of the file must not be written through. */
    @Test
    void followsNoLink() throws Exception {
        try (StateFolder state = open();
                StateLog log = state.log("audit", 100, 1)) {
            Path elsewhere = Files.writeString(above.resolve("elsewhere"), "theirs");
            Files.createSymbolicLink(file("audit.jsonl"), elsewhere);
            org.junit.jupiter.api.Assertions.assertThrows(IOException.class, () -> log.append(lines("ours")));
            assertEquals("theirs", Files.readString(elsewhere));
        }
    }
}
