package io.countersign.gateway.calls.log;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;

/** Reads a file of lines through, in memory that does not depend on its size. */
final class LineScan {
    /** No line of a call is as long. */
    private static final int BLOCK = 256 * 1024;

    private final byte[] block = new byte[BLOCK];
    private long bytes;

    /** Gets each line in turn. */
    @FunctionalInterface
    interface Sink {
        /** Borrows the bytes from {@code from} to {@code to}, which hold the line without its end. */
        void line(byte[] text, int from, int to);
    }

    /** All bytes that were read so far. */
    long bytes() {
        return bytes;
    }

    /** What a process has not written whole when it was killed is left out: the end of a file, and a line past all bounds. */
    void read(InputStream in, Sink sink) throws IOException {
        int held = 0;
        boolean skipping = false;
        int count = more(in, 0);
        while (count >= 0) {
            bytes += count;
            int end = held + count;
            int from = 0;
            for (int at = held; at < end; at++) {
                if (block[at] == '\n') {
                    if (!skipping) {
                        sink.line(block, from, at);
                    }
                    skipping = false;
                    from = at + 1;
                }
            }
            held = end - from;
            System.arraycopy(block, from, block, 0, held);
            if (held == BLOCK) {
                skipping = true;
                held = 0;
            }
            count = more(in, held);
        }
    }

    private int more(InputStream in, int at) throws IOException {
        try {
            return in.read(block, at, BLOCK - at);
        } catch (EOFException | ZipException e) {
            // A disk that was full, or somebody who has cut it: what came before can be read.
            return -1;
        }
    }
}
