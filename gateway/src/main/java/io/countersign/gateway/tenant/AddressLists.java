package io.countersign.gateway.tenant;

import io.countersign.proxy.config.Section;
import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.net.Networks;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the few address ranges that a tenant's setting names. */
final class AddressLists {
    private AddressLists() {}

    /** Empty after a fault. */
    static Optional<Networks> read(Section section, String key) {
        Set<Cidr> ranges = section.parsedAll(key, Cidr::parse);
        if (ranges.size() > Networks.MAX) {
            section.fault(
                    key,
                    "has " + ranges.size() + " entries, and at most " + Networks.MAX
                            + " are taken; write the networks that they lie in");
            return Optional.empty();
        }
        return Optional.of(new Networks(List.copyOf(ranges)));
    }
}
