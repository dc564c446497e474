package io.countersign.gateway.identity;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/** SHA-256 of a token: all that is ever kept of one. It shows itself to nobody but the tokens file. */
final class TokenDigest {
    private static final String PREFIX = "sha256:";
    private static final int HEX_DIGITS = 64;

    private final byte[] bytes;

    /** @param bytes taken, not copied */
    TokenDigest(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Reads what {@link #written} writes. */
    static Optional<TokenDigest> read(String text) {
        if (text.length() != PREFIX.length() + HEX_DIGITS || !text.startsWith(PREFIX)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new TokenDigest(HexFormat.of().parseHex(text, PREFIX.length(), text.length())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** As in the tokens file. */
    String written() {
        return PREFIX + HexFormat.of().formatHex(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenDigest digest && MessageDigest.isEqual(bytes, digest.bytes);
    }

    @Override
    public int hashCode() {
        return ByteBuffer.wrap(bytes).getInt();
    }

    @Override
    public String toString() {
        return "TokenDigest";
    }
}
