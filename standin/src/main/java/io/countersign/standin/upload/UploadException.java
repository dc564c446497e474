package io.countersign.standin.upload;

/** Why an upload is turned away. */
public final class UploadException extends Exception {
    private static final long serialVersionUID = 1;

    /** What is wrong with it; S3 has a code for each. */
    public enum Kind {
        /** The head does not say what a frame's head has to say. */
        HEAD,
        /** The frames end early, can't be read, or hold another number of bytes than announced. */
        INCOMPLETE,
        /** A chunk before the last one is under 8 KiB. */
        CHUNK_SIZE,
        /** The signature of a chunk or of the trailers is not the one that the key makes. */
        SIGNATURE,
        /** The trailers can't be read, or are not those announced. */
        TRAILER,
        /** A checksum is not the object's. */
        DIGEST
    }

    private final Kind kind;

    UploadException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
