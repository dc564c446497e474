package io.countersign.cli.sign;

import io.countersign.sigv4.PayloadHash;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A request's body: read twice, once to hash it and once to send it, so a file never is in memory whole. */
public sealed interface Body {
    long length() throws IOException;

    InputStream open() throws IOException;

    /** Given on the command line, or within a raw message. */
    final class Bytes implements Body {
        private final byte[] bytes;

        /** Takes the array. */
        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] bytes() {
            return bytes;
        }

        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }

    /** Given as {@code @file}. */
    record File(Path path) implements Body {
        @Override
        public long length() throws IOException {
            return Files.size(path);
        }

        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(path);
        }
    }

    /** No body. */
    static Body none() {
        return new Bytes(new byte[0]);
    }

    /** The SHA-256, 64 hex digits. */
    default String hash() throws IOException {
        PayloadHash hash = new PayloadHash();
        byte[] chunk = new byte[64 * 1024];
        try (InputStream in = open()) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                hash.update(chunk, 0, n);
            }
        }
        return hash.hex();
    }
}
