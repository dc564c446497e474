package io.countersign.sigv4;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The JDK's SHA-256, and the lower-case hex digits that SigV4 writes its results in. */
final class Sha256 {
    static final int LENGTH = 32;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /** Of which every other is a copy: to look one up by its name takes longer than to hash a kilobyte. Nothing is ever added to it. */
    private static final MessageDigest FRESH = find();

    private Sha256() {}

    private static MessageDigest find() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256, which every Java platform must have", e);
        }
    }

    static MessageDigest digest() {
        try {
            return (MessageDigest) FRESH.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be copied", e);
        }
    }

    /** Writes {@code 2 * LENGTH} digits of {@code hash} into {@code to} from its start. */
    static void hex(byte[] hash, byte[] to) {
        hex(hash, to, 0);
    }

    /** Writes two digits for each byte into {@code to}, from {@code at} on. */
    static void hex(byte[] bytes, byte[] to, int at) {
        for (int i = 0; i < bytes.length; i++) {
            to[at + 2 * i] = HEX[(bytes[i] >> 4) & 0xF];
            to[at + 2 * i + 1] = HEX[bytes[i] & 0xF];
        }
    }
}
