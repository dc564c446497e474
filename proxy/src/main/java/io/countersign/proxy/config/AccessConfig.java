package io.countersign.proxy.config;

import io.countersign.proxy.access.IpRules;
import java.util.Set;

/**
 * Who may call.
 *
 * @param rules compiled from the inline entries and the list files together
 * @param hosts names that a {@code Host} field may carry, lower case, without port; IPv6 literals in brackets
 * @param denyStatus what a denied caller is answered: 403, or 503 for who wants its agent to keep trying
 */
public record AccessConfig(IpRules rules, Set<String> hosts, int denyStatus) {
    public AccessConfig {
        hosts = Set.copyOf(hosts);
    }
}
