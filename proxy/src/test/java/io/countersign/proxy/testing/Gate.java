package io.countersign.proxy.testing;

import io.countersign.testing.Await;
import java.util.concurrent.CountDownLatch;

/** Holds a script back until the test has seen what it waited for. */
public final class Gate {
    private final CountDownLatch latch = new CountDownLatch(1);

    public void open() {
        latch.countDown();
    }

    public void pass() {
        Await.released("the test opened the gate", latch);
    }
}
