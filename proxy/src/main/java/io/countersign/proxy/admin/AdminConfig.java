package io.countersign.proxy.admin;

import io.countersign.proxy.net.HostPort;
import java.util.Set;

/**
 * Where probes and metrics are served.
 *
 * @param bind never the address of a listener
 * @param allowedHosts names that a request's {@code Host} may have, in lower case; addresses and localhost always may
 * @param where {@code bind} was written, for a message
 */
public record AdminConfig(HostPort bind, Set<String> allowedHosts, String where) {
    public AdminConfig {
        allowedHosts = Set.copyOf(allowedHosts);
    }
}
