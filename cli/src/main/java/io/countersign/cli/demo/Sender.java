package io.countersign.cli.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongFunction;

/**
 * Makes something to send every tenth of a second, and sends it in order. What is to be kept is sent again, a little later each time, as
 * agents do.
 */
final class Sender {
    static final Duration EVERY = Duration.ofMillis(100);
    private static final Duration FIRST_RETRY = Duration.ofMillis(50);
    private static final Duration MAX_RETRY = Duration.ofSeconds(1);
    /** Half an hour's worth: past that, real agents lose data too. */
    private static final int MAX_HELD = 18_000;

    /** What became of an item. */
    enum Outcome {
        ACCEPTED,
        KEPT,
        DROPPED;

        /** As Prometheus has it: 5xx and 429 can be cured by waiting, and any other 4xx is final. */
        static Outcome forAgent(int status) {
            return status / 100 == 2 ? ACCEPTED : status / 100 == 4 && status != 429 ? DROPPED : KEPT;
        }

        /** As a person has it, who sees what went wrong and tries again. */
        static Outcome forPerson(int status) {
            return status / 100 == 2 ? ACCEPTED : KEPT;
        }
    }

    /** Something to send. */
    interface Item {
        /** Returns what its sender does about the answer. */
        Outcome send() throws IOException, InterruptedException;
    }

    /** How it fares. */
    record Count(String name, long made, long accepted, long held, long lost) {}

    private final String name;
    private final LongFunction<Item> maker;
    private final Deque<Item> queue = new ArrayDeque<>();
    private final Thread thread;
    private long made;
    private long accepted;
    private long lost;
    private long failures;
    private long notBefore;
    private volatile boolean making = true;
    private volatile boolean ended;

    /** @param maker of the items, from 0 on */
    Sender(String name, LongFunction<Item> maker) {
        this.name = name;
        this.maker = maker;
        thread = new Thread(this::run, "demo-" + name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    synchronized Count count() {
        return new Count(name, made, accepted, queue.size(), lost);
    }

    /** From now on it only sends what it has. */
    void finish() {
        making = false;
    }

    void stop() throws InterruptedException {
        ended = true;
        thread.interrupt();
        thread.join(Duration.ofSeconds(5).toMillis());
    }

    private void run() {
        try {
            long due = System.nanoTime();
            while (!ended) {
                long now = System.nanoTime();
                for (; making && due <= now; due += EVERY.toNanos()) {
                    make();
                }
                if (!sendFirst()) {
                    Thread.sleep(Math.max(1, Duration.ofNanos(due - now).toMillis()));
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void make() {
        Item item = maker.apply(made++);
        if (queue.size() < MAX_HELD) {
            queue.add(item);
        } else {
            lost++;
        }
    }

    /** Sends the oldest item; false where there is none, or where it is too early. */
    private boolean sendFirst() throws InterruptedException {
        Item first;
        synchronized (this) {
            first = queue.peek();
        }
        if (first == null || System.nanoTime() < notBefore) {
            return false;
        }
        Outcome outcome;
        try {
            outcome = first.send();
        } catch (IOException e) {
            outcome = Outcome.KEPT;
        }
        settle(outcome);
        return true;
    }

    private synchronized void settle(Outcome outcome) {
        if (outcome == Outcome.KEPT) {
            long wait = Math.min(MAX_RETRY.toNanos(), FIRST_RETRY.toNanos() << Math.min(failures, 10));
            notBefore = System.nanoTime() + wait;
            failures++;
            return;
        }
        failures = 0;
        queue.remove();
        if (outcome == Outcome.ACCEPTED) {
            accepted++;
        } else {
            lost++;
        }
    }
}
