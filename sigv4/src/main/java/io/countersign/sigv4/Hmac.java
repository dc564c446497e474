package io.countersign.sigv4;

import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * HMAC-SHA-256 (RFC 2104) under one key, whose two padded key blocks are hashed once and then copied.
 *
 * <p>{@code javax.crypto.Mac} hashes both again for each message, which for one as short as a string to sign is two
 * blocks of six. Copying costs 350 bytes of garbage instead, and was measured a little faster.
 */
final class Hmac implements Seal {
    private static final int BLOCK = 64;

    private final MessageDigest inner;
    private final MessageDigest outer;
    private final byte[] signature = new byte[Sha256.LENGTH];

    Hmac(byte[] key) {
        byte[] block = Arrays.copyOf(key.length > BLOCK ? Sha256.digest().digest(key) : key, BLOCK);
        inner = keyed(block, 0x36);
        outer = keyed(block, 0x5C);
    }

    private static MessageDigest keyed(byte[] block, int pad) {
        byte[] padded = new byte[BLOCK];
        for (int i = 0; i < BLOCK; i++) {
            padded[i] = (byte) (block[i] ^ pad);
        }
        MessageDigest digest = Sha256.digest();
        digest.update(padded);
        return digest;
    }

    @Override
    public void sign(ByteText text, ByteText to) {
        compute(text.bytes(), text.length(), signature);
        to.appendHex(signature);
    }

    byte[] of(byte[] message) {
        byte[] mac = new byte[Sha256.LENGTH];
        compute(message, message.length, mac);
        return mac;
    }

    /** Writes the code of the first {@code length} bytes of {@code message} into {@code to}. */
    void compute(byte[] message, int length, byte[] to) {
        try {
            MessageDigest first = (MessageDigest) inner.clone();
            first.update(message, 0, length);
            first.digest(to, 0, Sha256.LENGTH);
            MessageDigest second = (MessageDigest) outer.clone();
            second.update(to, 0, Sha256.LENGTH);
            second.digest(to, 0, Sha256.LENGTH);
        } catch (CloneNotSupportedException | DigestException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be copied, and fits into 32 bytes", e);
        }
    }
}
