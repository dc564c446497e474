package io.countersign.cli.replay;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads the lines of a log one after the other, in memory that does not depend on its size. */
final class LogLines {
    /** A line of a call has a few hundred bytes; container runtimes split lines at 16 KiB. */
    private static final int MAX_LINE = 64 * 1024;

    private static final int GZIP = 0x1f8b;

    private final byte[] block = new byte[256 * 1024];
    private final byte[] line = new byte[MAX_LINE];
    private final LongConsumer read;
    private long tooLong;

    /** @param read gets the number of bytes of the file, as it is on the disk, after each part that was read */
    LogLines(LongConsumer read) {
        this.read = read;
    }

    /** Lines that were passed over. */
    long tooLong() {
        return tooLong;
    }

    /** A plain or compressed file, by how it begins. What is cut at its end is read as far as it goes. */
    void each(Path file, Consumer<String> sink) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            each(in, sink);
        }
    }

    void each(InputStream in, Consumer<String> sink) throws IOException {
        BufferedInputStream raw = new BufferedInputStream(new Counted(in), block.length);
        raw.mark(2);
        boolean packed = ((raw.read() << 8) | raw.read()) == GZIP;
        raw.reset();
        lines(packed ? new GZIPInputStream(raw, 64 * 1024) : raw, sink);
    }

    private void lines(InputStream in, Consumer<String> sink) throws IOException {
        int held = 0;
        for (int count = more(in); count >= 0; count = more(in)) {
            int from = 0;
            for (int at = 0; at < count; at++) {
                if (block[at] == '\n') {
                    held = take(from, at, held);
                    emit(held, sink);
                    held = 0;
                    from = at + 1;
                }
            }
            held = take(from, count, held);
        }
        emit(held, sink);
    }

    /** Returns how long the line is now; past its bound the rest is left out. */
    private int take(int from, int to, int held) {
        int length = to - from;
        if (held + length > MAX_LINE || held < 0) {
            return -1;
        }
        System.arraycopy(block, from, line, held, length);
        return held + length;
    }

    private void emit(int length, Consumer<String> sink) {
        if (length < 0) {
            tooLong++;
        } else if (length > 0) {
            sink.accept(new String(line, 0, length, StandardCharsets.UTF_8));
        }
    }

    private int more(InputStream in) throws IOException {
        try {
            return in.read(block);
        } catch (EOFException | ZipException e) {
            // Written to the end by nobody, or cut: what came before can be read.
            return -1;
        }
    }

    private final class Counted extends FilterInputStream {
        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            int count = super.read(to, offset, length);
            if (count > 0) {
                read.accept(count);
            }
            return count;
        }
    }
}
