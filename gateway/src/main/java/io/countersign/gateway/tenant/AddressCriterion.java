package io.countersign.gateway.tenant;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.net.Networks;
import java.util.Optional;

/** Callers by their address, as the address rules judge it: whom a trusted proxy or a PROXY header names. */
record AddressCriterion(Networks networks) implements Criterion {
    @Override
    public Kind kind() {
        return Kind.ADDRESS;
    }

    @Override
    public boolean fits(Caller caller) {
        return caller.address().filter(networks::contains).isPresent();
    }

    @Override
    public Optional<Common> common(Criterion other) {
        if (!(other instanceof AddressCriterion addresses)) {
            return Optional.empty();
        }
        for (Cidr mine : networks.ranges()) {
            for (Cidr theirs : addresses.networks.ranges()) {
                // Two ranges are one within the other, or apart.
                if (mine.covers(theirs) || theirs.covers(mine)) {
                    return Optional.of(Common.certainly("addresses of " + (mine.covers(theirs) ? theirs : mine)));
                }
            }
        }
        return Optional.empty();
    }
}
