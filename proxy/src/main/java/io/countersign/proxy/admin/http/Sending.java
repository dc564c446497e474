package io.countersign.proxy.admin.http;

/** A response on its way. Confined to its event loop. */
interface Sending {
    void begin();

    /** The client may have made room. */
    void resume();

    /** The connection is gone. */
    default void stop() {}

    /** Is called at the end, once. */
    @FunctionalInterface
    interface Listener {
        void sent(boolean success);
    }
}
