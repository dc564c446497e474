package io.countersign.gateway.quota;

import io.countersign.gateway.shared.LinkUser;
import io.countersign.gateway.shared.SharedLink;
import java.util.List;
import java.util.function.Supplier;

/** Fetches what the quotas in force ask for, and exchanges daily counts once a second. For the link's thread, where nothing else is said. */
final class SharedQuotas implements LinkUser<SharedCounts> {
    /** Counts that have not changed here may have elsewhere. */
    private static final int SECONDS_BETWEEN_QUIET_COUNTS = 3;

    private final SharedLink<? extends SharedCounts> link;
    private final Supplier<String> replica;
    private boolean joined;
    private List<SharedRequests> requests = List.of();
    private List<DailyCount> counts = List.of();
    private Session<? extends SharedCounts> session;
    private int ticks;

    /** @param replica name of this process among all that use the store */
    SharedQuotas(SharedLink<? extends SharedCounts> link, Supplier<String> replica) {
        this.link = link;
        this.replica = replica;
    }

    SharedLink<? extends SharedCounts> link() {
        return link;
    }

    /** These are in force now. On any thread. */
    void serve(List<SharedRequests> inForce, List<DailyCount> counting) {
        link.run(() -> {
            requests = inForce;
            counts = counting;
            if (session != null) {
                requests.forEach(SharedRequests::goOnTogether);
            } else if (!joined) {
                joined = true;
                link.join(this);
            }
        });
    }

    /** Asks the store what this quota wants. Returns at once, on any thread. */
    void fetch(SharedRequests quota) {
        link.run(() -> {
            SharedCounts.Ask ask = quota.ask();
            if (ask == null) {
                return;
            }
            if (session == null) {
                quota.goOnAlone();
            } else {
                session.ask(session.store().take(ask), given -> quota.answered(ask, given));
            }
        });
    }

    @Override
    public void together(Session<? extends SharedCounts> with) {
        session = with;
        requests.forEach(SharedRequests::goOnTogether);
        exchange(true);
    }

    @Override
    public void apart() {
        session = null;
        requests.forEach(SharedRequests::goOnAlone);
    }

    @Override
    public void tick() {
        ticks++;
        if (ticks % SharedLink.TICKS == 0) {
            exchange(ticks % (SECONDS_BETWEEN_QUIET_COUNTS * SharedLink.TICKS) == 0);
        }
    }

    private void exchange(boolean all) {
        for (DailyCount count : counts) {
            DailyCount.Day day = count.today();
            if (all || day.hasMore()) {
                long own = day.own();
                session.ask(
                        session.store().count(count.tenant(), day.date(), replica.get(), own),
                        sum -> day.heard(own, sum));
            }
        }
    }
}
