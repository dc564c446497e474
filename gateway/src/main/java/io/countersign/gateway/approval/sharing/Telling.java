package io.countersign.gateway.approval.sharing;

import io.countersign.gateway.approval.Ask;
import io.countersign.gateway.approval.Merging;
import io.countersign.gateway.approval.Merging.Known;
import io.countersign.gateway.approval.Pending;
import io.countersign.gateway.approval.Taken;
import io.countersign.gateway.approval.Topic;
import io.countersign.gateway.approval.sharing.SharedRecords.Put;
import io.countersign.gateway.approval.sharing.SharedRecords.Reply;
import io.countersign.gateway.approval.sharing.SharedRecords.Written;
import io.countersign.gateway.shared.LinkUser.Session;
import io.countersign.gateway.shared.SharedLink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what the store has with what is known here, while the store answers, and tells it what it does not have. For the link's
 * thread.
 */
final class Telling {
    private static final Logger LOG = LoggerFactory.getLogger(Telling.class);

    private static final int MAX_UNDER_WAY = 64;
    private static final int MAX_COUNTS = 1000;
    private static final int TICKS_BETWEEN_COMPLAINTS = 60 * SharedLink.TICKS;

    /** As many decisions as a replica takes, and as many halves of them. */
    private static final int MAX_DECISIONS = 10_000;

    private final Merging merging;
    private final Consumer<Pending> newcomers;
    private final Map<Topic, Stored> stored = new HashMap<>();
    private final Set<Topic> toTell = new LinkedHashSet<>();
    private final Set<Topic> sent = new HashSet<>();
    private final Set<Topic> toAnnounce = new LinkedHashSet<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private Optional<Session<? extends SharedRecords>> session = Optional.empty();
    private boolean complete;
    private boolean leftOut;
    private int ticks;
    private int complainedUntil;
    private long counted;

    /** What the store has, as far as is known here. */
    private record Stored(long revision, List<Long> numbers) {}

    /** Somebody who waits until the store has all that was decided on a caller. */
    private record Waiting(Ask ask, CompletableFuture<Void> done) {}

    Telling(Merging merging, Consumer<Pending> newcomers) {
        this.merging = merging;
        this.newcomers = newcomers;
    }

    /** Nothing is known of what the store has, and nothing is written there before {@link #complete}. */
    void begin(Session<? extends SharedRecords> with) {
        session = Optional.of(with);
        complete = false;
        leftOut = false;
        stored.clear();
    }

    /** Whether something was left out since {@link #begin} for which there may be room now. */
    boolean hasLeftOut() {
        return leftOut;
    }

    /** All that the store has was heard. */
    void complete() {
        if (!complete) {
            complete = true;
            merging.all().stream().filter(topic -> !stored.containsKey(topic)).forEach(toTell::add);
        }
        tell();
    }

    /** The store is away. What was not told is compared when it is back. */
    void end(Exception why) {
        session = Optional.empty();
        toTell.clear();
        sent.clear();
        toAnnounce.forEach(topic -> merging.waiting(topic.ask()).ifPresent(newcomers));
        toAnnounce.clear();
        waiting.forEach(each -> each.done.completeExceptionally(why));
        waiting.clear();
    }

    /** To be announced if no other replica has it. */
    void announce(Ask newcomer) {
        toAnnounce.add(new Topic(Topic.Kind.PENDING, newcomer));
    }

    /** Done once the store knows all that was decided here on that caller. */
    void whenTold(Ask ask, CompletableFuture<Void> done) {
        waiting.add(new Waiting(ask, done));
        release();
    }

    /** What has changed here. */
    void changed(List<Topic> topics) {
        toTell.addAll(topics);
        tell();
    }

    void tick() {
        ticks++;
    }

    /** Tells how often callers have asked, some of them each time, and lets the store forget what nobody knows any more. */
    void count() {
        if (!complete) {
            return;
        }
        List<Topic> some = merging.uncounted(counted, MAX_COUNTS);
        counted = some.size() < MAX_COUNTS
                ? 0
                : merging.known(some.get(some.size() - 1))
                        .map(each -> each.numbers().get(0))
                        .orElse(0L);
        toTell.addAll(some);
        stored.keySet().stream()
                .filter(topic -> topic.kind() == Topic.Kind.DECISION
                        && merging.known(topic).isEmpty())
                .limit(MAX_COUNTS)
                .forEach(toTell::add);
        tell();
    }

    /** What the store has. */
    void hear(Written entry) {
        Optional<Topic> topic = Keys.topic(entry.key());
        if (topic.isEmpty()) {
            complain();
            return;
        }
        Taken taken;
        if (entry.text().isPresent()) {
            taken = merging.take(topic.get(), entry.text().get());
            List<Long> numbers = merging.known(topic.get()).map(Known::numbers).orElse(List.of());
            stored.put(topic.get(), new Stored(entry.revision(), numbers));
        } else {
            stored.remove(topic.get());
            taken = merging.gone(topic.get());
        }
        if (taken == Taken.UNUSABLE) {
            complain();
        }
        leftOut = leftOut || taken == Taken.LEFT_OUT;
        if (taken == Taken.OURS
                || (taken == Taken.UNUSABLE && merging.known(topic.get()).isPresent())) {
            toTell.add(topic.get());
        }
    }

    /** Once in a while; not with the key, which may be what anybody has written. */
    private void complain() {
        if (ticks >= complainedUntil) {
            complainedUntil = ticks + TICKS_BETWEEN_COMPLAINTS;
            LOG.warn("approval: what replicas share has entries that no replica has written; they change nothing");
        }
    }

    /** A few at a time, each only once at a time, and only once it is known what the store has. */
    private void tell() {
        if (complete && session.isPresent()) {
            List<Topic> now = new ArrayList<>();
            for (Iterator<Topic> each = toTell.iterator(); each.hasNext() && sent.size() < MAX_UNDER_WAY; ) {
                Topic topic = each.next();
                if (sent.add(topic)) {
                    each.remove();
                    now.add(topic);
                }
            }
            now.forEach(topic -> tell(topic, session.get()));
        }
        release();
    }

    private void tell(Topic topic, Session<? extends SharedRecords> with) {
        Optional<Known> known = merging.known(topic);
        Stored there = stored.get(topic);
        if (known.isEmpty() && there == null) {
            sent.remove(topic);
            merging.told(topic, known);
            return;
        }
        Put put = new Put(
                Keys.of(topic),
                there == null ? 0 : there.revision,
                known.map(Known::text),
                known.flatMap(each -> each.numbers().stream().findFirst()),
                known.isPresent() ? List.of() : released(topic, there.numbers),
                topic.kind() == Topic.Kind.PENDING ? merging.maxPending() : MAX_DECISIONS);
        with.ask(with.store().put(put), reply -> {
            sent.remove(topic);
            hear(topic, known, reply);
            tell();
        });
    }

    /** A caller who was decided on keeps its number. */
    private List<Long> released(Topic topic, List<Long> numbers) {
        List<Long> kept = topic.kind() == Topic.Kind.PENDING
                ? merging.known(new Topic(Topic.Kind.DECISION, topic.ask()))
                        .map(Known::numbers)
                        .orElse(List.of())
                : List.of();
        return numbers.stream().filter(each -> !kept.contains(each)).toList();
    }

    private void hear(Topic topic, Optional<Known> told, Reply reply) {
        if (reply instanceof Reply.Done done) {
            told.ifPresentOrElse(
                    each -> stored.put(topic, new Stored(done.revision(), each.numbers())), () -> stored.remove(topic));
            merging.told(topic, told);
            if (toAnnounce.remove(topic)) {
                merging.waiting(topic.ask()).ifPresent(newcomers);
            }
        } else if (reply instanceof Reply.Conflict conflict) {
            // Who is there already, another replica has announced.
            toAnnounce.remove(topic);
            hear(conflict.now());
            Optional<Known> known = merging.known(topic);
            if (known.map(Known::text).equals(conflict.now().text())) {
                merging.told(topic, known);
            } else {
                toTell.add(topic);
            }
        } else if (reply instanceof Reply.NumberTaken) {
            merging.renumber(topic);
            toTell.add(topic);
        } else if (topic.kind() == Topic.Kind.PENDING) {
            toAnnounce.remove(topic);
            merging.leaveOut(topic.ask());
        } else {
            LOG.warn("approval: {} decisions are shared already; one acts on this replica alone", MAX_DECISIONS);
        }
    }

    private void release() {
        List<Waiting> told =
                waiting.stream().filter(each -> merging.isTold(each.ask)).toList();
        told.forEach(each -> each.done.complete(null));
        waiting.removeAll(told);
    }
}
