package io.countersign.proxy.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Lines in the state folder that are only ever added to: {@code NAME.jsonl}, and {@code NAME-1.jsonl} and so on for what came before
 * it, the newest first. A full file is put aside, and the oldest is deleted. Blocks; one writer at a time, readers at any time.
 *
 * <p>A process that is killed while it writes leaves a part of a line at the end. The next one cuts it off, so that all there is can be
 * read.
 */
public final class StateLog implements AutoCloseable {
    private static final String ENDING = ".jsonl";

    private final Path folder;
    private final String name;
    private final long maxBytes;
    private final int kept;
    private final FileAttribute<?> mode;
    private Optional<FileChannel> current = Optional.empty();

    /**
     * Of a folder that is this process's own.
     *
     * @param maxBytes of one file
     * @param kept how many full files stay besides the one that is written to
     * @param mode of files
     */
    StateLog(Path folder, String name, long maxBytes, int kept, FileAttribute<?> mode) {
        this.folder = folder;
        this.name = name;
        this.maxBytes = maxBytes;
        this.kept = kept;
        this.mode = mode;
    }

    private Path file(int number) {
        return folder.resolve(number == 0 ? name + ENDING : name + "-" + number + ENDING);
    }

    /** Adds lines, without their ends; on the disk when this returns. */
    public synchronized void append(List<byte[]> lines) throws IOException {
        FileChannel file = open();
        try {
            for (byte[] line : lines) {
                if (file.position() > 0 && file.position() + line.length + 1 > maxBytes) {
                    file.force(true);
                    file = putAside();
                }
                ByteBuffer whole = ByteBuffer.allocate(line.length + 1)
                        .put(line)
                        .put((byte) '\n')
                        .flip();
                while (whole.hasRemaining()) {
                    file.write(whole);
                }
            }
            file.force(true);
        } catch (IOException e) {
            // A part of a line may be there: opened again, it is cut off.
            close();
            throw e;
        }
    }

    private FileChannel open() throws IOException {
        if (current.isEmpty()) {
            FileChannel file = FileChannel.open(
                    file(0),
                    Set.of(
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            LinkOption.NOFOLLOW_LINKS),
                    mode);
            current = Optional.of(file);
            long whole = wholeLines(file);
            if (whole < file.size()) {
                file.truncate(whole);
            }
            file.position(whole);
        }
        return current.get();
    }

    /** Where the last complete line ends. */
    private static long wholeLines(FileChannel file) throws IOException {
        long end = file.size();
        ByteBuffer piece = ByteBuffer.allocate(4096);
        while (end > 0) {
            long from = Math.max(0, end - piece.capacity());
            piece.clear().limit((int) (end - from));
            if (file.read(piece, from) < end - from) {
                throw new IOException("the file became shorter while it was read");
            }
            for (int i = piece.position() - 1; i >= 0; i--) {
                if (piece.get(i) == '\n') {
                    return from + i + 1;
                }
            }
            end = from;
        }
        return 0;
    }

    private FileChannel putAside() throws IOException {
        close();
        for (int number = kept; number >= 0; number--) {
            if (number == kept) {
                Files.deleteIfExists(file(number));
            } else if (Files.exists(file(number), LinkOption.NOFOLLOW_LINKS)) {
                Files.move(file(number), file(number + 1), StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return open();
    }

    /**
     * The newest lines, the newest first.
     *
     * @param max lines at most
     */
    public List<String> newest(int max) throws IOException {
        List<String> newest = new ArrayList<>();
        for (int number = 0; number <= kept && newest.size() < max; number++) {
            Deque<String> lines = new ArrayDeque<>();
            try {
                String text = new String(Files.readAllBytes(file(number)), StandardCharsets.UTF_8);
                for (int from = 0, end; (end = text.indexOf('\n', from)) >= 0; from = end + 1) {
                    lines.addFirst(text.substring(from, end));
                    if (lines.size() > max - newest.size()) {
                        lines.removeLast();
                    }
                }
            } catch (NoSuchFileException e) {
                // Not so much has been written yet.
            }
            newest.addAll(lines);
        }
        return newest;
    }

    @Override
    public synchronized void close() {
        try {
            if (current.isPresent()) {
                current.get().close();
            }
        } catch (IOException e) {
            // What counts has been forced onto the disk before.
        } finally {
            current = Optional.empty();
        }
    }
}
