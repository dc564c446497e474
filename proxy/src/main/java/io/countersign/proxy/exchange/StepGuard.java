package io.countersign.proxy.exchange;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Runs the steps of an exchange so that whatever one throws ends that exchange, with a response, rather than being lost or blamed
 * on others.
 *
 * @param over whether the exchange has its response, or is over
 * @param faulty what ends the exchange
 */
record StepGuard(BooleanSupplier over, Consumer<Throwable> faulty) {
    void guard(Runnable step) {
        try {
            step.run();
        } catch (Throwable fault) {
            faulty.accept(fault);
        }
    }

    /** A step that runs later as a task of the loop, unless the exchange is over by then. */
    Runnable guarded(Runnable step) {
        return () -> {
            if (!isOver()) {
                guard(step);
            }
        };
    }

    boolean isOver() {
        return over.getAsBoolean();
    }
}
