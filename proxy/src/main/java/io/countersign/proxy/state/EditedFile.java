package io.countersign.proxy.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Optional;

/**
 * A file of an operator's, as commands edit it. The new content is written to a file beside it and renamed over it, so that a reader sees
 * the old one or the new one; owner and mode stay. Editors wait for each other by a lock on the file that is being replaced, and look for it
 * anew once they have the lock; a change by whoever takes no lock, such as a text editor, is noticed just before the rename, and the edit
 * begun again.
 *
 * <p>A symbolic link would be replaced by a file: callers refuse it, with what is to be done instead.
 */
public final class EditedFile {
    private static final int ATTEMPTS = 20;

    private final Path file;
    private final Runnable opened;

    /**
     * What is to be done, from what is there; called again where that has changed meanwhile.
     *
     * @param <T> what to say of it
     * @param <E> why it can't be done
     */
    @FunctionalInterface
    public interface Edit<T, E extends Exception> {
        /** @param content from its start */
        Change<T> on(FileChannel content) throws IOException, E;
    }

    /**
     * What becomes of the content.
     *
     * @param replacement empty: it stays as it is
     */
    public record Change<T>(Optional<Replacement> replacement, T result) {
        /** Nothing. */
        public static <T> Change<T> none(T result) {
            return new Change<>(Optional.empty(), result);
        }

        /** That text in place of the bytes between {@code from} and {@code to}. */
        public static <T> Change<T> of(long from, String text, long to, T result) {
            return new Change<>(Optional.of(new Replacement(from, text, to)), result);
        }
    }

    /** A text in place of the bytes between two places. */
    public record Replacement(long from, String text, long to) {}

    public EditedFile(Path file) {
        this(file, () -> {});
    }

    /** @param opened run between opening the file and locking it, where another editor may replace it */
    EditedFile(Path file, Runnable opened) {
        this.file = file;
        this.opened = opened;
    }

    /** Edits it, and returns what the edit says. Blocks while others do. */
    public <T, E extends Exception> T apply(Edit<T, E> edit) throws IOException, E {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            // The lock of a file holds between processes alone.
            synchronized (EditedFile.class) {
                State before = State.of(file);
                try (FileChannel content = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                    opened.run();
                    try (FileLock lock = content.lock()) {
                        // Replaced while we waited, the file that is open is nobody's any more.
                        if (!lock.isValid() || !State.of(file).equals(before)) {
                            continue;
                        }
                        Change<T> change = edit.on(content);
                        if (change.replacement().isEmpty()
                                || replace(content, change.replacement().get(), before)) {
                            return change.result();
                        }
                    }
                }
            }
        }
        throw new IOException("it changes all the time");
    }

    /** Whether it was done: false if the file has been changed meanwhile. */
    private boolean replace(FileChannel content, Replacement replacement, State before) throws IOException {
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
        Path next = Files.createTempFile(folder, "." + file.getFileName() + ".", ".tmp");
        try {
            try (FileChannel out = FileChannel.open(next, StandardOpenOption.WRITE)) {
                copy(content, 0, replacement.from(), out);
                ByteBuffer text = ByteBuffer.wrap(replacement.text().getBytes(StandardCharsets.UTF_8));
                while (text.hasRemaining()) {
                    out.write(text);
                }
                copy(content, replacement.to(), content.size(), out);
                keepOwnerAndMode(next);
                out.force(true);
            }
            if (!State.of(file).equals(before)) {
                return false;
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(next);
        }
        try (FileChannel changed = FileChannel.open(folder, StandardOpenOption.READ)) {
            changed.force(true);
        } catch (IOException e) {
            // Not every system can; the file itself is on disk.
        }
        return true;
    }

    private static void copy(FileChannel from, long start, long end, FileChannel to) throws IOException {
        long at = start;
        while (at < end) {
            long copied = from.transferTo(at, end - at, to);
            if (copied <= 0) {
                throw new IOException("it became shorter while it was read");
            }
            at += copied;
        }
    }

    private void keepOwnerAndMode(Path next) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(next, PosixFileAttributeView.class);
        if (view == null) {
            return; // no such thing here
        }
        PosixFileAttributes old = Files.readAttributes(file, PosixFileAttributes.class);
        PosixFileAttributes made = view.readAttributes();
        if (!made.owner().equals(old.owner())) {
            view.setOwner(old.owner());
        }
        if (!made.group().equals(old.group())) {
            view.setGroup(old.group());
        }
        view.setPermissions(old.permissions());
    }

    /** What tells one content of a file from another. */
    private record State(Optional<Object> key, long size, FileTime modified) {
        static State of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new State(
                    Optional.ofNullable(attributes.fileKey()), attributes.size(), attributes.lastModifiedTime());
        }
    }
}
