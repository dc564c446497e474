package io.countersign.standin.wire;

/** How a connection is ended. */
public enum Ending {
    /** close_notify, then FIN: as TLS wants it. */
    CLOSE_NOTIFY,
    /** FIN alone, which a careful reader takes for a truncation. */
    WITHOUT_CLOSE_NOTIFY,
    /** RST. */
    RESET
}
