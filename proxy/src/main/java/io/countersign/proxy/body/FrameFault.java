package io.countersign.proxy.body;

/**
 * Why the frames of an {@code aws-chunked} body cannot go on.
 *
 * @param detail as a sentence without a stop
 */
public record FrameFault(Kind kind, String detail) {
    /** Whose doing it is. */
    public enum Kind {
        /** The frames are not what the request's head says, or no frames at all. */
        MALFORMED,

        /** A chunk is larger than what may be held until its hash is known. */
        CHUNK_TOO_LARGE
    }

    static FrameFault malformed(String detail) {
        return new FrameFault(Kind.MALFORMED, detail);
    }
}
