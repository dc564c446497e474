package io.countersign.proxy.admission;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What several guards have set aside; one that throws, against its contract, keeps none of the others from being given back. */
final class Leases implements Lease {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    private final List<Lease> leases = new ArrayList<>(2);

    void add(Lease lease) {
        leases.add(lease);
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
