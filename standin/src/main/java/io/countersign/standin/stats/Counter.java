package io.countersign.standin.stats;

/** What is counted. */
public enum Counter {
    /** Requests whose head was well-formed and within its limit. */
    REQUESTS,
    VERIFIED,
    /** Requests under a path that asks for no signature. */
    OPEN,
    /** Rejections because of a date too far from the clock. */
    SKEWED,
    MALFORMED,
    /** Connections that ended inside a request. */
    TRUNCATED,
    TOO_LARGE,
    THROTTLED,
    /** Bodies that could not be decoded. */
    CORRUPT,
    BYTES_IN,
    BYTES_OUT,
    CONNECTIONS_OPEN,
    CONNECTIONS_TOTAL,
    CONNECTIONS_REFUSED,
    HANDSHAKES_FAILED,
    REMOTE_WRITE_REQUESTS,
    REMOTE_WRITE_BYTES,
    HISTOGRAMS,
    LOKI_REQUESTS,
    LOKI_BYTES,
    OTLP_REQUESTS,
    OTLP_BYTES,
    OTLP_SPANS,
    OTLP_LOG_RECORDS,
    OTLP_DATA_POINTS,
    /** Bytes of request bodies read by /slow-read. */
    SLOW_READ_BYTES,
    /** Bytes written by /stream and /events, while they are being written. */
    STREAM_BYTES,
    /** Time for which the reader of /stream and /events kept us from writing. */
    STREAM_STALL_MICROS,
    /** Upgrades that were verified, and frames that were sent back. */
    WEB_SOCKETS,
    WEB_SOCKET_FRAMES,
    /** Signatures on which the SDK's signer had an opinion, and those where the textbook differed from it. */
    SDK_CHECKED,
    SDK_DISAGREED
}
