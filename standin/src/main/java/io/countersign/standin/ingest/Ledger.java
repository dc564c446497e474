package io.countersign.standin.ingest;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * An append-only file of accepted lines, with how many there are and how many differ; or the counts alone, without a file.
 *
 * <p>{@link #append} returns when the operating system has the lines, so that killing this process loses none of them. A
 * last line that a kill left half-written was never acknowledged: it is cut off at the next start.
 */
final class Ledger implements Closeable {
    private static final int BLOCK = 1 << 20;

    private final Optional<Path> file;
    private final Optional<FileChannel> channel;
    private DistinctSet distinct = new DistinctSet();
    private long total;

    private Ledger(Optional<Path> file, Optional<FileChannel> channel) {
        this.file = file;
        this.channel = channel;
    }

    static Ledger inMemory() {
        return new Ledger(Optional.empty(), Optional.empty());
    }

    static Ledger in(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
        Ledger ledger = new Ledger(Optional.of(file), Optional.of(channel));
        channel.truncate(ledger.load(file));
        channel.position(channel.size());
        return ledger;
    }

    /** Where the last whole line ends. */
    private long load(Path from) throws IOException {
        long whole = 0;
        byte[] block = new byte[BLOCK];
        int held = 0;
        try (InputStream in = Files.newInputStream(from)) {
            for (int came = in.read(block); came >= 0; came = in.read(block, held, block.length - held)) {
                held += came;
                Lines lines = new Lines();
                int start = 0;
                for (int i = 0; i < held; i++) {
                    if (block[i] == '\n') {
                        lines.addHash(block, start, i - start);
                        start = i + 1;
                    }
                }
                total += lines.count();
                lines.addTo(distinct);
                whole += start;
                System.arraycopy(block, start, block, 0, held - start);
                held -= start;
                if (held == block.length) {
                    block = Arrays.copyOf(block, 2 * block.length);
                }
            }
        }
        return whole;
    }

    synchronized void append(Lines lines) throws IOException {
        if (channel.isPresent()) {
            ByteBuffer text = ByteBuffer.wrap(lines.text());
            long before = channel.get().position();
            try {
                while (text.hasRemaining()) {
                    channel.get().write(text);
                }
            } catch (IOException e) {
                channel.get().truncate(before);
                throw e;
            }
        }
        total += lines.count();
        lines.addTo(distinct);
    }

    Optional<Path> file() {
        return file;
    }

    synchronized long total() {
        return total;
    }

    synchronized long distinct() {
        return distinct.size();
    }

    /** Forgets all, on disk too. */
    synchronized void clear() throws IOException {
        if (channel.isPresent()) {
            channel.get().truncate(0);
        }
        distinct = new DistinctSet();
        total = 0;
    }

    @Override
    public synchronized void close() throws IOException {
        if (channel.isPresent()) {
            channel.get().close();
        }
    }
}
