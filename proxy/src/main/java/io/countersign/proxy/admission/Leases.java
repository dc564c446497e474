package io.countersign.proxy.admission;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.route.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What several guards have set aside; one that throws, against its contract, keeps none of the others from being given back. */
final class Leases implements Lease {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    private final List<Lease> leases = new ArrayList<>(2);

    /** Asks the guards for the last time: what some have set aside is given back unless all let the request enter. */
    static Guard.Entry ask(List<Guard> guards, Caller caller, Head head, Route route) {
        if (guards.isEmpty()) {
            return Guard.Entry.FREE;
        }
        Leases leases = new Leases();
        boolean entered = false;
        try {
            for (Guard guard : guards) {
                Guard.Entry entry = guard.enter(caller, head, route);
                if (entry instanceof Guard.Entry.Refuse) {
                    return entry;
                }
                leases.add(((Guard.Entry.Granted) entry).lease());
            }
            entered = true;
            return new Guard.Entry.Granted(leases);
        } finally {
            if (!entered) {
                leases.end();
            }
        }
    }

    private void add(Lease lease) {
        leases.add(lease);
    }

    @Override
    public Optional<String> hold(long bytes) {
        for (Lease lease : leases) {
            Optional<String> why = lease.hold(bytes);
            if (why.isPresent()) {
                return why;
            }
        }
        return Optional.empty();
    }

    @Override
    public void end() {
        for (Lease lease : leases) {
            try {
                lease.end();
            } catch (RuntimeException e) {
                LOG.error("{} failed to end", lease.getClass().getName(), e);
            }
        }
        leases.clear();
    }
}
