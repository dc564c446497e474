package io.countersign.proxy.credentials;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;

/** A clock, a scheduler and fetch threads that move when the test says so, all on the test's own thread. */
public final class ManualTime extends Clock implements Scheduler {
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final List<Task> tasks = new ArrayList<>();
    private final Queue<Runnable> fetches = new ArrayDeque<>();
    private Instant now;
    private long ids;

    private record Task(long id, Instant due, Runnable work) {}

    public ManualTime() {
        this(START);
    }

    public ManualTime(Instant start) {
        now = start;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public Runnable after(Duration delay, Runnable work) {
        Task task = new Task(++ids, now.plus(delay), work);
        tasks.add(task);
        return () -> tasks.removeIf(other -> other.id == task.id);
    }

    /** Moves time on, running what falls due, each at its own moment. */
    public void advance(Duration by) {
        Instant end = now.plus(by);
        while (true) {
            Task next = tasks.stream().min(Comparator.comparing(Task::due)).orElse(null);
            if (next == null || next.due.isAfter(end)) {
                break;
            }
            tasks.remove(next);
            if (next.due.isAfter(now)) {
                now = next.due;
            }
            next.work.run();
        }
        now = end;
    }

    /** The clock alone jumps, as after a suspend: nothing scheduled runs. */
    public void leap(Duration by) {
        now = now.plus(by);
    }

    public int fetchesWaiting() {
        return fetches.size();
    }

    public void runFetch() {
        fetches.remove().run();
    }

    /** Fetches run when the test calls {@link #runFetch}. */
    public RefreshRuntime heldBack() {
        return new RefreshRuntime(this, this, fetches::add, () -> 0, () -> {});
    }

    /** Fetches run at once. */
    public RefreshRuntime immediate() {
        return new RefreshRuntime(this, this, Runnable::run, () -> 0, () -> {});
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }
}
