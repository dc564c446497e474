package io.countersign.proxy.credentials;

import java.time.Duration;

/** Runs a task later; what it returns calls that off. Tasks are short and must not throw. */
@FunctionalInterface
public interface Scheduler {
    Runnable after(Duration delay, Runnable task);
}
