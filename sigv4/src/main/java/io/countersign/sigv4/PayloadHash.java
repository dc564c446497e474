package io.countersign.sigv4;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The SHA-256 of a body, computed chunk by chunk as it arrives.
 *
 * <p>Not thread-safe. After {@link #hex} it is ready for the next body.
 */
public final class PayloadHash {
    /** The hash of an empty body. */
    public static final String EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private final MessageDigest digest = Sha256.digest();

    /** A hash of nothing yet. */
    public PayloadHash() {}

    /**
     * Adds a part of an array.
     *
     * @param bytes the array
     * @param offset of the first byte
     * @param length in bytes
     */
    public void update(byte[] bytes, int offset, int length) {
        digest.update(bytes, offset, length);
    }

    /**
     * Adds a buffer and consumes it: its position is at its limit afterwards.
     *
     * @param bytes the buffer
     */
    public void update(ByteBuffer bytes) {
        digest.update(bytes);
    }

    /**
     * The hash of everything since the last call.
     *
     * @return 64 lower-case hex digits
     */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Forgets what was added since the last {@link #hex}, for a body that was cut off. */
    public void reset() {
        digest.reset();
    }
}
