package io.countersign.standin.wire;

/** How the end of an answer's body is marked. */
public enum Framing {
    CONTENT_LENGTH,
    CHUNKED,
    CLOSE
}
