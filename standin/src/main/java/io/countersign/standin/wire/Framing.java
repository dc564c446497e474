package io.countersign.standin.wire;

/** How the end of an answer's body is told. */
public enum Framing {
    CONTENT_LENGTH,
    CHUNKED,
    CLOSE
}
