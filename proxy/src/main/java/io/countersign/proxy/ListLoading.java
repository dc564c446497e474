package io.countersign.proxy;

import io.countersign.proxy.access.ListStatus;
import io.countersign.proxy.access.RemoteList;
import io.countersign.proxy.access.RemoteLists;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.lists.FetchedLists;
import io.countersign.proxy.lists.KeptCopies;
import io.countersign.proxy.lists.ListPolling;
import io.countersign.proxy.settings.ConfigSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.state.StateFolder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a configuration with the lists that it names elsewhere: those that are not here yet are fetched, and without each of them
 * nothing is loaded, since rules that lack a list are other rules. Opens the state folder, which the whole process shares.
 */
final class ListLoading implements ConfigSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ListLoading.class);
    /** For how long a start waits for lists; then who started the process is to hear of it. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(15);

    private final ConfigSource source;
    private final Clock clock;
    private final FetchedLists lists;
    private Optional<StateFolder> folder = Optional.empty();
    private volatile Optional<ListPolling> polling = Optional.empty();

    ListLoading(ConfigSource source, Environment environment, Clock clock) {
        this.source = source;
        this.clock = clock;
        this.lists = new FetchedLists(environment, clock);
    }

    @Override
    public LoadResult load() {
        LoadResult result = source.load(lists);
        if (!(result instanceof LoadResult.Loaded loaded)) {
            return result;
        }
        RemoteLists remote = remote(loaded);
        if (!remote.missing().isEmpty()) {
            fetch(loaded);
            result = source.load(lists);
        }
        if (result instanceof LoadResult.Loaded complete) {
            lists.retain(remote(complete).lists());
            poll(complete.config());
            return remote(complete).missing().isEmpty() ? result : incomplete(complete);
        }
        return result;
    }

    @Override
    public Duration period() {
        return source.period();
    }

    private void fetch(LoadResult.Loaded loaded) {
        RemoteLists remote = remote(loaded);
        List<RemoteList> missing =
                remote.missing().stream().map(RemoteLists.Missing::list).toList();
        try {
            lists.fetch(missing, remote, loaded.config().credentials().get("default"), () -> {});
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private LoadResult.Faulty incomplete(LoadResult.Loaded loaded) {
        List<ConfigFault> faults = remote(loaded).missing().stream()
                .map(missing -> new ConfigFault(
                        missing.where(),
                        missing.list() + " was never fetched, and without it nothing is taken: "
                                + lists.failure(missing.list()).orElse("it was not asked for")))
                .toList();
        return new LoadResult.Faulty(faults, loaded.files());
    }

    private static RemoteLists remote(LoadResult.Loaded loaded) {
        return loaded.config().access().remote();
    }

    /**
     * The same, for a start: opens the folder of copies, and waits for lists that are not to be had.
     *
     * @throws StartFailure with every fault, or when lists are still missing after {@code patience}
     */
    LoadResult.Loaded first(Duration patience) throws StartFailure {
        Instant deadline = clock.instant().plus(patience);
        if (source.load(lists) instanceof LoadResult.Loaded settings) {
            keepCopies(settings.config().operation().stateDir());
        }
        for (Duration pause = FIRST_PAUSE; ; pause = min(pause.multipliedBy(2), MAX_PAUSE)) {
            LoadResult result = load();
            if (result instanceof LoadResult.Loaded loaded) {
                return loaded;
            }
            List<ConfigFault> faults = ((LoadResult.Faulty) result).faults();
            if (!(source.load(lists) instanceof LoadResult.Loaded)) {
                throw new StartFailure(faults);
            }
            Duration left = Duration.between(clock.instant(), deadline);
            if (left.isNegative() || left.isZero()) {
                throw new StartFailure(StartFailure.Cause.ENVIRONMENT, faults);
            }
            LOG.warn("waiting for lists, until {} at most; nothing listens before", deadline);
            sleep(min(pause, left), faults);
        }
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static void sleep(Duration time, List<ConfigFault> faults) throws StartFailure {
        try {
            TimeUnit.MILLISECONDS.sleep(time.toMillis() + 1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new StartFailure(StartFailure.Cause.ENVIRONMENT, faults);
        }
    }

    private void keepCopies(Optional<Path> dir) throws StartFailure {
        if (dir.isEmpty()) {
            return;
        }
        try {
            folder = Optional.of(StateFolder.open(dir.get()));
            lists.keepIn(new KeptCopies(folder));
        } catch (StateFolder.StateFault e) {
            throw new StartFailure(
                    StartFailure.Cause.ENVIRONMENT, List.of(new ConfigFault("state.dir", e.getMessage())));
        }
    }

    /**
     * Asks for lists from now on, as the configuration that was loaded last says.
     *
     * @param changed to load anew
     */
    void pollFor(ProxyConfig config, Runnable changed) {
        polling = Optional.of(new ListPolling(lists, clock, changed));
        poll(config);
    }

    private void poll(ProxyConfig config) {
        polling.ifPresent(
                each -> each.use(config.access().remote(), config.credentials().get("default")));
    }

    /** The state folder; empty where there was no {@code state.dir} at the start. */
    Optional<StateFolder> folder() {
        return folder;
    }

    /** How fetching each list goes. */
    List<ListStatus> status() {
        return lists.status();
    }

    @Override
    public void close() {
        polling.ifPresent(ListPolling::close);
        lists.close();
        folder.ifPresent(StateFolder::close);
    }
}
