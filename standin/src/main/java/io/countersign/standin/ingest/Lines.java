package io.countersign.standin.ingest;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The lines that one request's body amounts to, each with its hash. */
final class Lines {
    private final ByteArrayOutputStream text = new ByteArrayOutputStream(4096);
    private final MessageDigest sha256 = sha256();
    private long[] hashes = new long[64];
    private int count;

    void add(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        text.write(bytes, 0, bytes.length);
        text.write('\n');
        addHash(bytes, 0, bytes.length);
    }

    /** Notes a line that is on disk already, by its bytes without the line's end. */
    void addHash(byte[] bytes, int offset, int length) {
        if (2 * count == hashes.length) {
            hashes = Arrays.copyOf(hashes, 2 * hashes.length);
        }
        sha256.update(bytes, offset, length);
        ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
        hashes[2 * count] = digest.getLong();
        hashes[2 * count + 1] = digest.getLong();
        count++;
    }

    int count() {
        return count;
    }

    byte[] text() {
        return text.toByteArray();
    }

    int addTo(DistinctSet set) {
        int added = 0;
        for (int i = 0; i < count; i++) {
            if (set.add(hashes[2 * i], hashes[2 * i + 1])) {
                added++;
            }
        }
        return added;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
