package io.countersign.proxy.access;

import io.countersign.proxy.net.Hosts;
import java.util.Set;

/**
 * The names that a {@code Host} field may have, so that no web page reaches us by a name of its own that it points here.
 *
 * @param names lower case, without port; IPv6 literals in brackets
 * @param privateToo whether all names count that public DNS has for nobody, since a page can have none of them
 */
public record AllowedHosts(Set<String> names, boolean privateToo) {
    public AllowedHosts {
        names = Set.copyOf(names);
    }

    /** @param host as the names */
    public boolean contains(String host) {
        return names.contains(host) || (privateToo && Hosts.isPrivateName(host));
    }
}
