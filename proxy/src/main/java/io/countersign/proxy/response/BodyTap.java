package io.countersign.proxy.response;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** A copy of a response body's beginning, made while the body goes to the client. Confined to the exchange's event loop. */
final class BodyTap {
    private final int max;
    private byte[] bytes = new byte[128];
    private int size;
    private boolean over;

    /** @param max bytes to keep */
    BodyTap(int max) {
        this.max = max;
    }

    /** <em>Borrows</em> {@code piece}. */
    void add(ByteBuf piece) {
        int taken = Math.min(piece.readableBytes(), max - size);
        over |= taken < piece.readableBytes();
        if (size + taken > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(max, Math.max(2 * bytes.length, size + taken)));
        }
        piece.getBytes(piece.readerIndex(), bytes, size, taken);
        size += taken;
    }

    int size() {
        return size;
    }

    /** All that was kept, without its coding; empty when more came than is kept, or in a coding that can't be read. */
    Optional<byte[]> whole(String coding, int maxPlain) {
        Optional<byte[]> plain = over ? Optional.empty() : beginning(Arrays.copyOf(bytes, size), coding, maxPlain + 1);
        return plain.filter(all -> all.length <= maxPlain);
    }

    /** What was kept, without its coding. */
    Optional<byte[]> beginning(String coding, int maxPlain) {
        return beginning(Arrays.copyOf(bytes, size), coding, maxPlain);
    }

    /**
     * The first bytes of a body, without its coding; empty when the coding can't be read.
     *
     * @param coding value of Content-Encoding; null for none
     */
    static Optional<byte[]> beginning(byte[] body, String coding, int maxPlain) {
        if (coding == null || coding.strip().equalsIgnoreCase("identity")) {
            return Optional.of(body.length <= maxPlain ? body : Arrays.copyOf(body, maxPlain));
        }
        if (!coding.strip().equalsIgnoreCase("gzip")) {
            return Optional.empty();
        }
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            byte[] piece = new byte[512];
            for (int read = in.read(piece); read >= 0 && plain.size() < maxPlain; read = in.read(piece)) {
                plain.write(piece, 0, Math.min(read, maxPlain - plain.size()));
            }
        } catch (IOException cutShort) {
            // What came out before counts.
        }
        return plain.size() == 0 ? Optional.empty() : Optional.of(plain.toByteArray());
    }
}
