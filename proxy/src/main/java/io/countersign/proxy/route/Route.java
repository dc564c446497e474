package io.countersign.proxy.route;

import io.countersign.proxy.config.RouteConfig;
import io.countersign.proxy.credentials.NamedCredentials;
import io.countersign.proxy.rejection.HeldPayloads;
import io.countersign.proxy.rejection.RouteHealth;
import io.countersign.proxy.signing.ServiceClock;
import io.countersign.proxy.upstream.Upstream;
import io.countersign.sigv4.SigningContext;
import java.util.Optional;

/** A route with the parts it acts through, compiled once per configuration. */
public record Route(RouteConfig config, Upstream upstream, Optional<Signing> signing, State state) {

    /**
     * What is known of how the upstream takes the route's requests; it outlives reloads.
     *
     * @param held payloads that are held for a cause that waiting can't cure
     */
    public record State(RouteHealth health, HeldPayloads held) {}

    /** What signing on this route needs. */
    public record Signing(SigningContext context, NamedCredentials credentials, ServiceClock clock, int maxHead) {}

    /** The same route signed with other credentials; one that does not sign stays so. */
    public Route signedWith(NamedCredentials credentials) {
        Optional<Signing> other = signing.map(s -> new Signing(s.context(), credentials, s.clock(), s.maxHead()));
        return new Route(config, upstream, other, state);
    }

    public String name() {
        return config.name();
    }

    /**
     * Whether a request's sender is to keep its data when something goes wrong that is not its doing.
     *
     * @param path as the client wrote it, without the query
     * @param signedByClient it came with a signature of its own
     */
    public boolean keepsData(String method, String path, boolean signedByClient) {
        String prefix = config.stripPrefix().orElse("");
        String stripped = path.startsWith(prefix) ? path.substring(prefix.length()) : path;
        return config.failure().keepsData(method, stripped.isEmpty() ? "/" : stripped, signedByClient);
    }
}
