package io.countersign.proxy.fuzz;

import java.util.concurrent.atomic.LongAdder;

/** How many requests ended which way: a run in which nothing is forwarded would prove nothing. */
final class Tally {
    private final LongAdder cases = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder relayed = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder unsent = new LongAdder();
    private final LongAdder replaced = new LongAdder();

    void played(FuzzCase fuzzed) {
        cases.increment();
        requests.add(fuzzed.expected().size());
    }

    void relayed() {
        relayed.increment();
    }

    void refused() {
        refused.increment();
    }

    /** A good request got an error of the proxy's. */
    void replaced(boolean neverSent) {
        (neverSent ? unsent : replaced).increment();
    }

    long requests() {
        return requests.sum();
    }

    long relayedCount() {
        return relayed.sum();
    }

    @Override
    public String toString() {
        return cases + " connections, " + requests + " requests: " + relayed + " relayed, " + refused + " refused, "
                + replaced + " answered for a faulty upstream, " + unsent + " not sent";
    }
}
