package io.countersign.cli.rules;

import io.countersign.proxy.config.Until;
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
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Edits one list file. The new content is written to a file beside it and renamed over it, so that a reader sees the old list or
 * the new one. Editors wait for each other by a lock on the file that is being replaced, and look for it anew once they have the
 * lock; a change by whoever takes no lock (a text editor) is noticed just before the rename, and the edit begun again.
 */
public final class ListEditor {
    private static final int ATTEMPTS = 20;
    private static final Pattern UNTIL = Pattern.compile("(?i)(?:^|.*[^a-z0-9_-])until[^a-z0-9_-]\\s*(.*)$");

    private final Path file;
    private final Instant now;

    /** An edit that would do harm; its message says what to do instead. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    /** Changed by somebody else meanwhile. */
    private static final class Moved extends Exception {
        private static final long serialVersionUID = 1;
    }

    public ListEditor(Path file, Instant now) {
        this.file = file;
        this.now = now;
    }

    /** Returns what was done, with file and line. */
    public String apply(Edit edit) throws IOException, Refused {
        if (Files.isSymbolicLink(file)) {
            throw new Refused(
                    file + " is a symbolic link, as in a mounted ConfigMap, and an edit would put a file in its"
                            + " place: edit what it is made from (kubectl edit configmap ...), or name the file it leads to, "
                            + Files.readSymbolicLink(file) + ", with --file");
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            // The lock of a file holds between processes alone.
            synchronized (ListEditor.class) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    State before = State.of(file);
                    if (lock.isValid() && before.size == channel.size()) {
                        return apply(edit, channel, before);
                    }
                } catch (Moved e) {
                    // Once more, from what is there now.
                }
            }
        }
        throw new IOException("it changes all the time");
    }

    private String apply(Edit edit, FileChannel content, State before) throws IOException, Moved {
        ListText text = ListText.of(content, edit.cidr());
        if (text.found().isEmpty()) {
            String added = edit.line();
            replace(
                    content,
                    before,
                    text.size(),
                    (text.endsOpen() ? text.lineEnd() : "") + added + text.lineEnd(),
                    text.size());
            return file + ":" + (text.lines() + 1) + ": added: " + added;
        }
        ListText.Line found = text.found().get();
        String line = edit.line(found.entry(), found.comment(), end(found.comment()));
        String place = file + ":" + found.number() + ": ";
        if (line.equals(found.text())) {
            return place + "unchanged: " + line;
        }
        if (edit.comment().isEmpty() && edit.until().isEmpty() && !hasEnded(found.comment())) {
            return place + "unchanged: " + found.text().strip();
        }
        replace(content, before, found.start(), line, found.end());
        return place + "changed: " + line;
    }

    private static Optional<Instant> untilOf(String comment) {
        Matcher until = UNTIL.matcher(comment);
        return until.matches() ? Optional.of(Until.time(until.group(1).strip())) : Optional.empty();
    }

    private Optional<Instant> end(String comment) {
        return untilOf(comment).filter(now::isBefore);
    }

    private boolean hasEnded(String comment) {
        return untilOf(comment).isPresent() && end(comment).isEmpty();
    }

    /** All of the file, with {@code text} in place of what lies between {@code from} and {@code to}. */
    private void replace(FileChannel content, State before, long from, String text, long to) throws IOException, Moved {
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
        Path next = Files.createTempFile(folder, "." + file.getFileName() + ".", ".tmp");
        try {
            try (FileChannel out = FileChannel.open(next, StandardOpenOption.WRITE)) {
                copy(content, 0, from, out);
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                copy(content, to, content.size(), out);
                keepOwnerAndMode(next);
                out.force(true);
            }
            if (!State.of(file).equals(before)) {
                throw new Moved();
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(next);
        }
        try (FileChannel opened = FileChannel.open(folder, StandardOpenOption.READ)) {
            opened.force(true);
        } catch (IOException e) {
            // Not every system can; the file itself is on disk.
        }
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
    private record State(Optional<Object> key, long size, Instant modified) {
        static State of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new State(
                    Optional.ofNullable(attributes.fileKey()),
                    attributes.size(),
                    attributes.lastModifiedTime().toInstant());
        }
    }
}
