package io.countersign.proxy.tunnel;

/** Status codes of close frames that mean something to us (RFC 6455 section 7.4.1). */
final class CloseCodes {
    /** Whoever sends it is about to go, such as a server that is stopping. */
    static final int GOING_AWAY = 1001;

    /** Stands for a close frame without a code; never sent. */
    static final int NO_STATUS = 1005;

    /** Stands for an end without a close frame; never sent. */
    static final int ABNORMAL = 1006;

    private CloseCodes() {}
}
