package io.countersign.proxy.route;

import io.countersign.proxy.credentials.NamedCredentials;
import io.countersign.proxy.failover.Failover;
import io.countersign.proxy.rejection.HeldPayloads;
import io.countersign.proxy.rejection.RouteHealth;
import io.countersign.proxy.signing.ServiceClock;
import io.countersign.proxy.signing.SignatureForm;
import io.countersign.proxy.signing.SigningConfig;
import io.countersign.proxy.signing.WireTarget;
import io.countersign.proxy.upstream.Upstream;
import io.countersign.sigv4.PathStyle;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A route with the parts it acts through, compiled once per configuration.
 *
 * @param standbys what it is for the further ones of several upstreams, in order of preference; these have none themselves
 */
public record Route(
        RouteConfig config, Upstream upstream, Optional<Signing> signing, State state, List<Route> standbys) {
    public Route {
        standbys = List.copyOf(standbys);
    }

    /** With one upstream. */
    public Route(RouteConfig config, Upstream upstream, Optional<Signing> signing, State state) {
        this(config, upstream, signing, state, List.of());
    }

    /**
     * What is known of how the upstream takes the route's requests; it outlives reloads.
     *
     * @param held payloads that are held for a cause that waiting can't cure
     * @param failover which of several upstreams requests go to; empty where there is one
     */
    public record State(RouteHealth health, HeldPayloads held, Optional<Failover> failover) {
        /** Of a route with one upstream. */
        public State(RouteHealth health, HeldPayloads held) {
            this(health, held, Optional.empty());
        }
    }

    /**
     * How this route signs.
     *
     * @param credentials whose signatures it makes
     * @param clock of the upstream
     */
    public record Signing(SigningConfig config, SignatureForm form, NamedCredentials credentials, ServiceClock clock) {

        /** The service that signatures are for. */
        public String service() {
            return config.service();
        }

        /** Bytes of a head, past which the service refuses; 0 where no limit is known. */
        public int maxHead() {
            return config.maxHead();
        }

        /** Whether a head of this size, in bytes, is too large for the service. */
        public boolean isTooLarge(int head) {
            return config.maxHead() > 0 && head > config.maxHead();
        }
    }

    /** The same route signed with other credentials; one that does not sign stays so. */
    public Route signedWith(NamedCredentials credentials) {
        Optional<Signing> other = signing.map(s -> new Signing(s.config(), s.form(), credentials, s.clock()));
        return new Route(
                config,
                upstream,
                other,
                state,
                standbys.stream().map(way -> way.signedWith(credentials)).toList());
    }

    /** The route as it is for each of its upstreams, in order of preference. */
    public List<Route> ways() {
        return standbys.isEmpty()
                ? List.of(this)
                : Stream.concat(Stream.of(this), standbys.stream()).toList();
    }

    public String name() {
        return config.name();
    }

    /** Host, and port where it is not the scheme's, of the upstream, which differ by request where {@code Host} says where to send. */
    public String authority() {
        return upstream.authority();
    }

    public RouteTimes times() {
        return config.delivery().timeouts();
    }

    /** Whether the upstream tolerates the same request twice. */
    public boolean isReplaySafe() {
        return config.delivery().replaySafe();
    }

    /** How the upstream takes the route's requests. */
    public RouteHealth health() {
        return state.health();
    }

    /** Payloads that are held for a cause that waiting can't cure. */
    public HeldPayloads held() {
        return state.held();
    }

    /**
     * The target to send upstream in place of a client's, as it is signed.
     *
     * @param rawQuery as the client wrote it, without {@code ?}; null for none
     */
    public WireTarget target(String rawPath, String rawQuery) {
        String prefix = config.rewrite().stripPrefix().orElse("");
        // As it came; but a prefix that is to be stripped was found by what its escapes stand for.
        String path = rawPath.startsWith(prefix) ? rawPath : UnreservedEscapes.decode(rawPath);
        boolean objectPath = signing.filter(s -> s.form().context().pathStyle().equals(PathStyle.S3))
                .isPresent();
        return WireTarget.of(path, rawQuery, prefix, upstream.config().basePath(), objectPath);
    }

    /**
     * Why a request is for a bucket that the route does not send to, as a clause.
     *
     * @param rawPath as the client wrote it
     * @param copySources values of {@code x-amz-copy-source}
     */
    public Optional<String> otherBucket(String rawPath, List<String> copySources) {
        return config.conditions()
                .buckets()
                .refusal(authority(), target(rawPath, null).path(), copySources);
    }

    /**
     * Whether a request's sender is to keep its data when something goes wrong that is not its doing.
     *
     * @param path as the client wrote it, without the query
     * @param signedByClient it came with a signature of its own
     */
    public boolean keepsData(String method, String path, boolean signedByClient) {
        String prefix = config.rewrite().stripPrefix().orElse("");
        String stripped = path.startsWith(prefix) ? path.substring(prefix.length()) : path;
        return config.delivery().failure().keepsData(method, stripped.isEmpty() ? "/" : stripped, signedByClient);
    }
}
