package io.countersign.gateway.console.config;

import io.countersign.gateway.identity.TokenTable;
import io.countersign.proxy.listen.Bind;
import io.countersign.proxy.listen.tls.ServerTls;
import java.util.Optional;
import java.util.Set;

/**
 * The console.
 *
 * @param settings all that are in force, as it shows them
 */
public record ConsoleConfig(Port port, Visitors visitors, ShownSettings settings) {
    /**
     * Where it listens; takes effect at start, but for certificates.
     *
     * @param tls empty for plain HTTP, which only this machine can reach
     * @param where {@code bind} was written, for a message
     */
    public record Port(Bind bind, Optional<ServerTls> tls, String where) {}

    /**
     * Who is let in.
     *
     * @param tokens of its tokens file; none without one
     * @param allowedHosts names that a request's {@code Host} may have, in lower case; addresses and localhost always may
     * @param tokenForThisRun whether a token is made at start, and printed
     */
    public record Visitors(TokenTable tokens, Set<String> allowedHosts, boolean tokenForThisRun) {
        public Visitors {
            allowedHosts = Set.copyOf(allowedHosts);
        }
    }
}
