package io.countersign.proxy.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.countersign.proxy.state.EditedFile.Change;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EditedFileTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("file"), "one two three");
    }

    private static String text(FileChannel content) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) content.size());
        content.read(bytes, 0);
        return new String(bytes.array(), StandardCharsets.UTF_8);
    }

    private void replaceBy(String text) {
        try {
            Path other = Files.writeString(folder.resolve("other"), text);
            Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void replacesAPartAndKeepsTheMode() throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertEquals("done", new EditedFile(file).apply(content -> Change.of(4, "2", 7, "done")));
        assertEquals("one 2 three", Files.readString(file));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        try (var left = Files.list(folder)) {
            assertEquals(1, left.count());
        }
    }

    @Test
    void leavesAFileAloneThatNeedsNoChange() throws IOException {
        var before = Files.readAttributes(file, "unix:ino,lastModifiedTime");
        assertEquals("same", new EditedFile(file).apply(content -> Change.none("same")));
        assertEquals(before, Files.readAttributes(file, "unix:ino,lastModifiedTime"));
    }

    /** Of the same length too: the size alone does not tell that the file which is open is nobody's any more. */
    @Test
    void editsTheFileThatHasTakenItsPlaceWhileItWaitedForTheLock() throws IOException {
        AtomicInteger opened = new AtomicInteger();
        EditedFile edited = new EditedFile(file, () -> {
            if (opened.getAndIncrement() == 0) {
                replaceBy("one TWO three");
            }
        });
        edited.apply(content -> Change.of(0, text(content).replace("three", "3"), content.size(), ""));
        assertEquals("one TWO 3", Files.readString(file));
        assertEquals(2, opened.get());
    }

    @Test
    void beginsAgainWhenATextEditorSavesMeanwhile() throws IOException {
        AtomicInteger edits = new AtomicInteger();
        new EditedFile(file).apply(content -> {
            String text = text(content);
            if (edits.getAndIncrement() == 0) {
                replaceBy("ONE two three");
            }
            return Change.of(0, text + " four", content.size(), "");
        });
        assertEquals("ONE two three four", Files.readString(file));
        assertEquals(2, edits.get());
    }

    @Test
    void givesUpOnAFileThatChangesAllTheTimeAndOnOneThatIsNotThere() {
        AtomicInteger number = new AtomicInteger();
        EditedFile restless = new EditedFile(file, () -> replaceBy("number " + number.getAndIncrement()));
        assertThrows(IOException.class, () -> restless.apply(content -> Change.of(0, "", 0, "")));
        assertEquals(20, number.get());
        EditedFile absent = new EditedFile(folder.resolve("absent"));
        assertThrows(NoSuchFileException.class, () -> absent.apply(content -> Change.none("")));
    }
}
