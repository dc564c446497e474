package io.countersign.proxy.reload;

import io.countersign.proxy.settings.ConfigSource;
import io.countersign.proxy.settings.LoadResult;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the watched files once a second, and loads the configuration anew when their content has changed.
 *
 * <p>A change counts once two polls in a row read the same new content, and still do after loading: an editor or a copy
 * that is half way through writes a shorter list, and a shorter deny list lets callers in. Times of modification decide
 * nothing, since {@code touch} changes them and a copy may keep them. From edit to hand-over it takes one to two seconds,
 * and one more when the change brings in files that were not watched before.
 *
 * <p>All work is on one thread. The receiver is called on it too, so it may be slow but should not block for good.
 */
public final class Watcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);
    private static final int ATTEMPTS = 3;

    private final ConfigSource source;
    private final Consumer<LoadResult> onChange;
    private final ScheduledExecutorService executor;

    /** What is in force, so that the first poll can tell whether a file changed between loading it and watching it. */
    private LoadResult startedWith;
    /** What its files held then: not all of it shows in the configuration, which names an authority's file alone. */
    private final Reading startedFrom;

    private Set<Path> watched;
    private Set<Path> inForce;
    /** What was last handed over, or refused; null until the first poll has confirmed what the process started with. */
    private Reading settled;
    /** Read by the poll before this one, and to be read once more. */
    private Reading pending;

    /**
     * Makes a watcher that is not yet running.
     *
     * @param current what the process started with
     * @param onChange gets every result that differs from the one before, and each that {@link #reloadNow} asked for
     */
    public Watcher(ConfigSource source, LoadResult current, Consumer<LoadResult> onChange) {
        this(source, current, onChange, Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "countersign-reload");
            thread.setDaemon(true);
            return thread;
        }));
    }

    Watcher(ConfigSource source, LoadResult current, Consumer<LoadResult> onChange, ScheduledExecutorService executor) {
        this.source = source;
        this.onChange = onChange;
        this.executor = executor;
        this.startedWith = current;
        this.watched = Set.copyOf(current.files());
        this.inForce = watched;
        this.startedFrom = Reading.of(watched);
    }

    /** Starts polling: a {@link ConfigSource#period} from now, and again a period after each poll. */
    // What goes wrong in a poll is logged there, and closing ends the executor with all that it runs.
    @SuppressWarnings("FutureReturnValueIgnored")
    public void start() {
        long period = source.period().toMillis();
        executor.scheduleWithFixedDelay(() -> guarded(this::poll), period, period, TimeUnit.MILLISECONDS);
    }

    /**
     * Loads at once, changed or not, and hands over the result, faulty or not. May be called from any thread, such as a
     * signal handler's; returns before it is done.
     */
    public void reloadNow() {
        try {
            executor.execute(() -> guarded(this::reload));
        } catch (RejectedExecutionException e) {
            LOG.info("reload: asked for while the process ends, so it is left");
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    /** One look at the files. */
    void poll() {
        Reading now = Reading.of(watched);
        if (now.equals(settled)) {
            pending = null;
        } else if (!now.equals(pending)) {
            pending = now;
        } else {
            load(now);
        }
    }

    private void load(Reading seenTwice) {
        LoadResult result = source.load();
        Set<Path> wanted = toWatch(result);
        Reading after = Reading.of(wanted);
        boolean moved = !after.of(seenTwice).equals(seenTwice.of(after));
        boolean grown = !watched.containsAll(wanted);
        watched = wanted;
        if (moved || grown) {
            // Written to while we loaded, or files among them that only one look has seen: look once more.
            pending = after;
        } else if (after.equals(settled)) {
            // An edit that was taken back before it counted.
            pending = null;
        } else {
            handOver(result, after);
        }
    }

    private void handOver(LoadResult result, Reading reading) {
        boolean asStarted = settled == null && result.equals(startedWith) && reading.equals(startedFrom);
        settled = reading;
        pending = null;
        startedWith = null;
        if (result instanceof LoadResult.Loaded) {
            inForce = result.files();
        }
        if (!asStarted) {
            onChange.accept(result);
        }
    }

    private void reload() {
        for (int attempt = 1; ; attempt++) {
            Reading before = Reading.of(watched);
            LoadResult result = source.load();
            watched = toWatch(result);
            Reading after = Reading.of(watched);
            if (after.of(before).equals(before.of(after)) || attempt == ATTEMPTS) {
                // Whoever asked hears of it even if nothing has changed.
                startedWith = null;
                handOver(result, after);
                return;
            }
        }
    }

    /** With a fault, the files in force too: mending may mean bringing one of them back. */
    private Set<Path> toWatch(LoadResult result) {
        if (result instanceof LoadResult.Loaded) {
            return Set.copyOf(result.files());
        }
        Set<Path> both = new HashSet<>(inForce);
        both.addAll(result.files());
        return Set.copyOf(both);
    }

    /** A scheduled task that throws is never run again, and then no list would be read any more. */
    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "reload: a look at the configuration failed; the one in force stays, and the next look follows", e);
        }
    }
}
