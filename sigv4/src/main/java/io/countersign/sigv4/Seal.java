package io.countersign.sigv4;

/** Makes signatures under one key. Not thread-safe. */
interface Seal {
    /** Appends the signature of {@code text} to {@code to}, in lower-case hex digits. */
    void sign(ByteText text, ByteText to);
}
