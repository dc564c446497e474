package io.countersign.standin.ingest;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** Undoes a {@code Content-Encoding}, up to a size: what inflates past it is taken for corrupt. */
final class Compression {
    private static final int LIMIT = 64 << 20;

    private Compression() {}

    static byte[] decode(String coding, byte[] body) throws CorruptBodyException {
        try {
            return switch (coding.toLowerCase(Locale.ROOT)) {
                case "", "identity" -> body;
                case "snappy" -> snappy(body);
                case "zstd" -> bounded(new ZstdInputStream(new ByteArrayInputStream(body)));
                case "gzip" -> bounded(new GZIPInputStream(new ByteArrayInputStream(body)));
                default -> throw new CorruptBodyException("Content-Encoding '" + coding + "' is not known here", null);
            };
        } catch (IOException | RuntimeException e) {
            // Decompressors meet broken input with unchecked exceptions of several kinds.
            throw new CorruptBodyException("the body is no valid " + coding + ": " + e.getMessage(), e);
        }
    }

    private static byte[] snappy(byte[] body) {
        int length = SnappyDecompressor.getUncompressedLength(body, 0);
        if (length < 0 || length > LIMIT) {
            throw new MalformedInputException(0, "it would inflate to " + length + " bytes");
        }
        byte[] whole = new byte[length];
        int written = new SnappyDecompressor().decompress(body, 0, body.length, whole, 0, length);
        if (written != length) {
            throw new MalformedInputException(0, "it inflates to " + written + " bytes and announces " + length);
        }
        return whole;
    }

    private static byte[] bounded(InputStream in) throws IOException {
        try (in) {
            byte[] whole = in.readNBytes(LIMIT + 1);
            if (whole.length > LIMIT) {
                throw new IOException("it inflates to over " + LIMIT + " bytes");
            }
            return whole;
        }
    }
}
