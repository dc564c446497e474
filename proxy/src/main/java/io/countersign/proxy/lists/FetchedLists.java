package io.countersign.proxy.lists;

import io.countersign.proxy.access.ListCopies;
import io.countersign.proxy.access.ListStatus;
import io.countersign.proxy.access.ListText;
import io.countersign.proxy.access.RemoteList;
import io.countersign.proxy.access.RemoteLists;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lists that come from elsewhere, each as it was last fetched whole and without a fault.
 *
 * <p>A list takes the place of the one before only when it can be used, and has not lost more than half of its entries: a source
 * that breaks must not let callers in, or lock them out. Fetching blocks, one round at a time; the copies are read from any
 * thread.
 */
public final class FetchedLists implements ListCopies, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FetchedLists.class);

    private final Clock clock;
    private final ListCredentials credentials;
    private final Environment environment;
    private final Duration deadline;
    private final Map<RemoteList, Copy> copies = new ConcurrentHashMap<>();
    private final Map<RemoteList, Progress> progress = new ConcurrentHashMap<>();
    private volatile KeptCopies kept = new KeptCopies(Optional.empty());
    /** Absent before the first list: most processes have none. */
    private Optional<ListFetcher> fetcher = Optional.empty();

    private record Result(RemoteList list, FetchOutcome outcome) {}

    public FetchedLists(Environment environment, Clock clock) {
        this(environment, clock, ListFetcher.DEADLINE);
    }

    /** @param deadline of each list, from when it is asked for */
    FetchedLists(Environment environment, Clock clock, Duration deadline) {
        this.deadline = deadline;
        this.clock = clock;
        this.environment = environment;
        this.credentials = new ListCredentials(environment, clock);
    }

    /** Where copies are kept from now on. */
    public void keepIn(KeptCopies copies) {
        kept = copies;
    }

    @Override
    public Optional<ListText> of(RemoteList list) {
        return Optional.ofNullable(copies.get(list)).map(Copy::text);
    }

    /**
     * Asks for lists, all at once, and takes what comes.
     *
     * @param settings how they are asked for
     * @param signing the credentials to sign with
     * @param changed runs after each list that has changed, before the others are here
     */
    public synchronized void fetch(
            Collection<RemoteList> lists, RemoteLists settings, CredentialsConfig signing, Runnable changed)
            throws InterruptedException {
        if (lists.stream().anyMatch(list -> list.kind() != RemoteList.Kind.HTTPS)) {
            credentials.use(signing);
        }
        if (fetcher.isEmpty()) {
            fetcher = Optional.of(new ListFetcher(environment, clock, credentials::await, deadline));
        }
        Room room = new Room(settings.room());
        BlockingQueue<Result> results = new LinkedBlockingQueue<>();
        for (RemoteList list : lists) {
            Optional<Copy> last = last(list, settings);
            fetcher.get()
                    .fetch(list, settings.reach(), last.flatMap(Copy::tag), room)
                    .whenComplete((outcome, error) -> results.add(new Result(
                            list, error == null ? outcome : new FetchOutcome.Failed("an internal error: " + error))));
        }
        fetcher.get().forgetOthers();
        for (int left = lists.size(); left > 0; left--) {
            Result result = results.take();
            if (taken(result, settings)) {
                changed.run();
            }
        }
    }

    /** What is in force, or was kept by an earlier process. */
    private Optional<Copy> last(RemoteList list, RemoteLists settings) {
        return Optional.ofNullable(copies.get(list)).or(() -> keptCopy(list, settings));
    }

    private Optional<Copy> keptCopy(RemoteList list, RemoteLists settings) {
        return kept.read(list).flatMap(copy -> {
            ListCheck.Result checked = ListCheck.of(list, copy.text(), settings.room(), clock);
            if (!checked.faults().isEmpty()) {
                LOG.warn("list {}: its copy can't be used: {}", list, String.join("; ", checked.faults()));
                return Optional.empty();
            }
            return Optional.of(new Copy(copy.text(), copy.tag(), checked.entries(), copy.fetched()));
        });
    }

    /** Returns whether another text is in force now. */
    private boolean taken(Result result, RemoteLists settings) {
        RemoteList list = result.list();
        Optional<Copy> last = last(list, settings);
        Optional<String> refusal = Optional.empty();
        Optional<Copy> next = Optional.empty();
        if (result.outcome() instanceof FetchOutcome.Failed failed) {
            refusal = Optional.of(failed.why());
        } else if (result.outcome() instanceof FetchOutcome.Fetched fetched) {
            ListText text = new ListText(fetched.text());
            if (last.isPresent() && text.isSameAs(last.get().text())) {
                next = last.map(same -> new Copy(same.text(), fetched.tag(), same.entries(), clock.instant()));
            } else {
                ListCheck.Result checked = ListCheck.of(list, text, settings.room(), clock);
                refusal = refusal(checked, last, settings.allowShrink());
                next = Optional.of(new Copy(text, fetched.tag(), checked.entries(), clock.instant()));
            }
        }
        return refusal.isPresent() ? fallBack(list, refusal.get(), last) : succeed(list, next, last);
    }

    private static Optional<String> refusal(ListCheck.Result checked, Optional<Copy> last, boolean allowShrink) {
        if (!checked.faults().isEmpty()) {
            return Optional.of(String.join("; ", checked.faults()));
        }
        if (allowShrink) {
            return Optional.empty();
        }
        long before = last.map(Copy::entries).orElse(0L);
        if (checked.entries() == 0 && (last.isEmpty() || before > 0)) {
            return Optional.of("it is empty; if that is meant, set access.allow-shrink = true");
        }
        return 2 * checked.entries() < before
                ? Optional.of("it has lost more than half of its entries, " + checked.entries() + " are left of "
                        + before + "; if that is meant, set access.allow-shrink = true")
                : Optional.empty();
    }

    private boolean fallBack(RemoteList list, String why, Optional<Copy> last) {
        boolean inForce = copies.containsKey(list);
        String instead = inForce
                ? "the one in force stays"
                : last.map(copy -> "the copy of " + copy.fetched() + " acts instead")
                        .orElse("there is no copy of it");
        progress(list).failed(why, instead);
        last.ifPresent(copy -> copies.put(list, copy));
        return !inForce && last.isPresent();
    }

    private boolean succeed(RemoteList list, Optional<Copy> next, Optional<Copy> last) {
        progress(list).succeeded();
        Optional<Copy> now = next.or(() -> last);
        Copy before = now.isPresent() ? copies.put(list, now.get()) : copies.get(list);
        boolean other = next.isPresent()
                && (last.isEmpty() || !next.get().text().isSameAs(last.get().text()));
        if (other) {
            kept.write(list, next.get());
        }
        return before == null || other;
    }

    private Progress progress(RemoteList list) {
        return progress.computeIfAbsent(list, each -> new Progress(each, clock));
    }

    /** Why a list is not here; empty when nothing has failed. */
    public Optional<String> failure(RemoteList list) {
        return progress(list).failing();
    }

    /** Forgets all other lists. */
    public void retain(Collection<RemoteList> lists) {
        copies.keySet().retainAll(lists);
        progress.keySet().retainAll(lists);
    }

    /** How fetching each list goes, by the order of their names. */
    public List<ListStatus> status() {
        List<ListStatus> all = new ArrayList<>();
        progress.values().forEach(each -> all.add(each.status()));
        all.sort((a, b) -> a.list().compareTo(b.list()));
        return all;
    }

    @Override
    public synchronized void close() {
        fetcher.ifPresent(ListFetcher::close);
        credentials.close();
    }
}
