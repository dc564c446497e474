package io.countersign.proxy.config;

import io.countersign.proxy.net.Cidr;
import io.countersign.proxy.net.Networks;
import io.countersign.proxy.secrets.Quoted;
import java.util.ArrayList;
import java.util.Set;

/** Reads a setting that names the few peers which are believed when they say whom they speak for. */
public final class NetworkList {
    private NetworkList() {}

    /** Without the entries that are faulty. */
    public static Networks read(Section section, String key) {
        Set<Cidr> ranges = section.parsedAll(key, NetworkList::range);
        if (ranges.size() > Networks.MAX) {
            section.fault(
                    key,
                    "has " + ranges.size() + " entries, and at most " + Networks.MAX
                            + " are taken; write the networks that they lie in");
            return Networks.NONE;
        }
        return new Networks(new ArrayList<>(ranges));
    }

    private static Cidr range(String text) {
        Cidr range = Cidr.parse(text);
        if (range.prefix() == 0) {
            throw new IllegalArgumentException(Quoted.of(text)
                    + " is everybody, and whoever is on this list can name any address as the caller's; write the addresses of"
                    + " the load balancers, such as 10.0.0.0/24");
        }
        return range;
    }
}
