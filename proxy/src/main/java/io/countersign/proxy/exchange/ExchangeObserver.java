package io.countersign.proxy.exchange;

/** Hears of every exchange once, when it is over, on its event loop: must return at once and never throw. */
@FunctionalInterface
public interface ExchangeObserver {
    void finished(ExchangeRecord exchange);

    /** An exchange has become a WebSocket, on this route; it is still to be {@link #finished}. */
    default void upgraded(String route) {}
}
