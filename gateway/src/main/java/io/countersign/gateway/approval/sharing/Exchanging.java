package io.countersign.gateway.approval.sharing;

import io.countersign.gateway.approval.Ask;
import io.countersign.gateway.approval.Merging;
import io.countersign.gateway.approval.Pending;
import io.countersign.gateway.approval.sharing.SharedRecords.Page;
import io.countersign.gateway.shared.LinkUser;
import io.countersign.gateway.shared.SharedLink;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Exchanges what this replica knows of approvals with what the store knows: reads all of it when the store is there, and what has changed
 * at each tick; tells what is known better here. Whatever the store has lost comes back to it that way.
 *
 * <p>For the link's thread, where nothing else is said.
 */
final class Exchanging implements LinkUser<SharedRecords> {
    private static final int PAGE = 200;
    private static final int TICKS_BETWEEN_COUNTS = 5 * SharedLink.TICKS;

    private final SharedLink<? extends SharedRecords> link;
    private final Merging merging;
    private final Consumer<Pending> newcomers;
    private final Telling telling;
    private final AtomicBoolean woken = new AtomicBoolean();
    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
    private Session<? extends SharedRecords> session;
    private Reading reading = Reading.NOT;
    private String era = "";
    private long upTo;
    private boolean fetching;
    private boolean tried;
    private int ticks;

    private enum Reading {
        NOT,
        UNDER_WAY,
        /** And somebody wants to know what has changed since. */
        UNDER_WAY_AND_AGAIN
    }

    Exchanging(SharedLink<? extends SharedRecords> link, Merging merging, Consumer<Pending> newcomers) {
        this.link = link;
        this.merging = merging;
        this.newcomers = newcomers;
        this.telling = new Telling(merging, newcomers);
    }

    SharedLink<? extends SharedRecords> link() {
        return link;
    }

    /** Begins. On any thread. */
    void join() {
        link.join(this);
    }

    /** Ends it: another one may have begun. On any thread. */
    void leave() {
        link.leave(this);
    }

    /** Something has changed here. On any thread, maybe under a lock. */
    void wake() {
        if (!woken.getAndSet(true)) {
            link.run(() -> {
                woken.set(false);
                if (session != null) {
                    telling.changed(merging.changed());
                    fetchNumbers();
                }
            });
        }
    }

    /** To be announced if no other replica has it. Before the wake for it; on any thread, maybe under a lock. */
    void announce(Pending newcomer) {
        link.run(() -> {
            if (session == null) {
                newcomers.accept(newcomer);
            } else {
                telling.announce(newcomer.ask());
            }
        });
    }

    /** As {@link io.countersign.gateway.approval.Peers#current}. On any thread. */
    void current(CompletableFuture<Void> done) {
        unlessAway(done, () -> {
            waiting.add(done);
            read();
        });
    }

    /** As {@link io.countersign.gateway.approval.Peers#told}. On any thread. */
    void told(Ask ask, CompletableFuture<Void> done) {
        unlessAway(done, () -> telling.whenTold(ask, done));
    }

    /** It is not away before that was tried. */
    private void unlessAway(CompletableFuture<Void> done, Runnable then) {
        link.run(() -> {
            if (session == null && tried) {
                done.completeExceptionally(away());
            } else {
                then.run();
            }
        });
    }

    @Override
    public void together(Session<? extends SharedRecords> with) {
        session = with;
        tried = true;
        fetching = false;
        merging.telling(true);
        readAll();
        fetchNumbers();
    }

    @Override
    public void apart() {
        session = null;
        tried = true;
        merging.telling(false);
        telling.end(away());
        waiting.forEach(each -> each.completeExceptionally(away()));
        waiting.clear();
    }

    @Override
    public void tick() {
        ticks++;
        read();
        telling.tick();
        if (ticks % TICKS_BETWEEN_COUNTS == 0) {
            telling.count();
            if (telling.hasLeftOut()) {
                readAll();
            }
        }
        fetchNumbers();
    }

    private static IllegalStateException away() {
        return new IllegalStateException("the store that replicas share is away");
    }

    private void readAll() {
        era = "";
        upTo = 0;
        reading = Reading.NOT;
        telling.begin(session);
        read();
    }

    private void read() {
        if (session == null) {
            return;
        }
        if (reading != Reading.NOT) {
            reading = Reading.UNDER_WAY_AND_AGAIN;
            return;
        }
        reading = Reading.UNDER_WAY;
        session.ask(session.store().read(upTo, PAGE), this::take);
    }

    private void take(Page page) {
        boolean again = reading == Reading.UNDER_WAY_AND_AGAIN;
        reading = Reading.NOT;
        if (page.incomplete() || !(era.isEmpty() || era.equals(page.era()))) {
            readAll();
            return;
        }
        era = page.era();
        page.entries().forEach(telling::hear);
        upTo = page.upTo();
        if (page.more()) {
            read();
            return;
        }
        telling.complete();
        if (again) {
            read();
        } else {
            waiting.forEach(each -> each.complete(null));
            waiting.clear();
        }
    }

    private void fetchNumbers() {
        int wanted = merging.wantedNumbers();
        if (session == null || fetching || wanted == 0) {
            return;
        }
        fetching = true;
        session.ask(session.store().numbers(wanted, merging.beyondAllNumbers()), first -> {
            fetching = false;
            merging.numbers(first, wanted);
        });
    }
}
