package io.countersign.proxy.exchange;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells several observers of each exchange, in order; one that throws, against its contract, costs the others nothing. */
public final class Observers implements ExchangeObserver {
    private static final Logger LOG = LoggerFactory.getLogger(Observers.class);

    private final ExchangeObserver[] observers;

    public Observers(ExchangeObserver... observers) {
        this.observers = observers.clone();
    }

    @Override
    public void finished(ExchangeRecord exchange) {
        for (ExchangeObserver observer : observers) {
            try {
                observer.finished(exchange);
            } catch (RuntimeException e) {
                LOG.error(
                        "request {}: {} failed to record it",
                        exchange.id(),
                        observer.getClass().getName(),
                        e);
            }
        }
    }

    @Override
    public void upgraded(String route) {
        for (ExchangeObserver observer : observers) {
            try {
                observer.upgraded(route);
            } catch (RuntimeException e) {
                LOG.error(
                        "route {}: {} failed to record a WebSocket",
                        route,
                        observer.getClass().getName(),
                        e);
            }
        }
    }
}
