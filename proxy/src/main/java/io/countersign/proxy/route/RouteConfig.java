package io.countersign.proxy.route;

import io.countersign.proxy.aws.AwsEndpoint;
import io.countersign.proxy.failover.FailoverConfig;
import io.countersign.proxy.policy.RoutePolicies;
import io.countersign.proxy.signing.SigningConfig;
import io.countersign.proxy.signing.WireTarget;
import io.countersign.proxy.upstream.UpstreamConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One route: which requests it takes, where they go (which may follow from each request's host), what is changed in them on the way, how they are signed, what they must
 * satisfy, and what happens when something goes wrong.
 *
 * @param signing empty with {@code auth = none}: the client's Authorization is then passed on
 */
public record RouteConfig(
        String name,
        Match match,
        Sending sending,
        Rewrite rewrite,
        Optional<SigningConfig> signing,
        Conditions conditions,
        Delivery delivery) {

    /** With the rest of a line of the access log, below the 16 KiB at which container runtimes split lines. */
    static final int MAX_LOGGED = 2000;

    /** The same route with a lower limit and other fields to set, for a request that may call on narrower terms only. */
    public RouteConfig with(long maxBody, HeaderRules headers) {
        return with(
                new Rewrite(rewrite.stripPrefix(), headers),
                new Conditions(conditions.cors(), maxBody, conditions.policies()));
    }

    /** The same route under policies. */
    public RouteConfig with(RoutePolicies policies) {
        return with(rewrite, new Conditions(conditions.cors(), conditions.maxBody(), policies));
    }

    private RouteConfig with(Rewrite rewrite, Conditions conditions) {
        return new RouteConfig(name, match, sending, rewrite, signing, conditions, delivery);
    }

    /** The same route with upstreams that take over when its own fails. */
    RouteConfig with(Sending.Standbys standbys) {
        return new RouteConfig(
                name,
                match,
                new Sending(sending.upstream(), sending.services(), Optional.of(standbys)),
                rewrite,
                signing,
                conditions,
                delivery);
    }

    /** What the route is for each of its upstreams, in order of preference: itself, and what takes over when the first fails. */
    public List<RouteConfig> ways() {
        return sending.standbys()
                .map(standbys -> Stream.concat(Stream.of(this), standbys.routes().stream())
                        .toList())
                .orElse(List.of(this));
    }

    /** The one upstream, the first of several, or what the upstreams of all hosts have in common. */
    public UpstreamConfig upstream() {
        return sending.upstream();
    }

    /** What the route is for one host, on the terms of that host's service, which must be among those that it sends to. */
    RouteConfig to(UpstreamConfig host, AwsEndpoint endpoint) {
        Sending.ServiceTerms terms = sending.services().get(endpoint.service());
        HeaderRules headers = rewrite.headers();
        return new RouteConfig(
                name,
                match,
                Sending.to(host),
                new Rewrite(
                        rewrite.stripPrefix(),
                        new HeaderRules(headers.set(), headers.remove(), terms.signed(), headers.duplicate())),
                Optional.of(terms.signing().in(endpoint.region())),
                new Conditions(conditions.cors(), terms.maxBody(), conditions.policies()),
                terms.delivery());
    }

    /** The path that goes upstream for one of the route's own, whose escapes of unreserved characters are undone. */
    public String upstreamPath(String path) {
        return WireTarget.of(
                        path, null, rewrite.stripPrefix().orElse(""), upstream().basePath(), false)
                .path();
    }

    /**
     * Where a route's requests go: to one upstream, to the first of several that works, or to the AWS host that each names.
     *
     * @param upstream the one, the first of several, or what the upstreams of all hosts have in common
     * @param services of a route that sends where {@code Host} says: its terms for each service that it sends to. Empty for one upstream
     * @param standbys what takes over when the one fails
     */
    public record Sending(UpstreamConfig upstream, Map<String, ServiceTerms> services, Optional<Standbys> standbys) {

        /**
         * The upstreams after the first, on a route that names several.
         *
         * @param routes what the route is for each of them, in order of preference
         * @param failover when one of the upstreams counts as failed
         */
        public record Standbys(List<RouteConfig> routes, FailoverConfig failover) {
            public Standbys {
                routes = List.copyOf(routes);
            }
        }

        /**
         * What follows from the service that a request's host belongs to.
         *
         * @param signing without the region, which the host says
         * @param signed lower-case names of fields that are signed besides those that always are
         * @param maxBody bytes
         */
        public record ServiceTerms(SigningConfig signing, Set<String> signed, long maxBody, Delivery delivery) {
            public ServiceTerms {
                signed = Set.copyOf(signed);
            }
        }

        public Sending {
            services = Map.copyOf(services);
        }

        static Sending to(UpstreamConfig upstream) {
            return new Sending(upstream, Map.of(), Optional.empty());
        }

        /** Whether a host belongs to a service that the route sends to, where {@code Host} says. */
        public boolean isKnown(String host) {
            return AwsEndpoint.of(host)
                    .filter(to -> services.containsKey(to.service()))
                    .isPresent();
        }

        /** Whether each request's {@code Host} says where it goes. */
        public boolean isFromHost() {
            return upstream.isFromHost();
        }
    }

    /** @param methods upper case; empty: every method */
    public record Match(String pathPrefix, Set<String> methods, Set<String> hosts) {
        public Match {
            methods = Set.copyOf(methods);
            hosts = Set.copyOf(hosts);
        }
    }

    /**
     * What a request must satisfy to pass.
     *
     * @param cors the web pages that may use this route
     * @param maxBody bytes
     * @param policies those of all routes, and the route's own
     */
    public record Conditions(CorsConfig cors, long maxBody, RoutePolicies policies) {}

    /**
     * What is changed in a request on its way.
     *
     * @param stripPrefix removed from the front of the path before the upstream's base path is put there
     */
    public record Rewrite(Optional<String> stripPrefix, HeaderRules headers) {}

    /**
     * How long a request may take, and what happens when something goes wrong that is not its sender's doing.
     *
     * @param failure what an agent is answered then
     * @param replaySafe the upstream tolerates the same request twice, so a connection lost after sending may be retried
     * @param webSocket whether a request may become a WebSocket
     * @param logFailed characters of a failed response's body that the access log shows
     */
    public record Delivery(
            RouteTimes timeouts, FailureConfig failure, boolean replaySafe, boolean webSocket, int logFailed) {}

    /**
     * Fields set on, removed from and signed in what goes upstream.
     *
     * @param remove lower-case names
     * @param signed lower-case names, signed besides {@code host}, {@code content-type} and {@code x-amz-*}
     * @param duplicate what goes upstream under another name as well; nothing of what {@code remove} names
     */
    public record HeaderRules(List<SetHeader> set, Set<String> remove, Set<String> signed, List<Duplicate> duplicate) {
        public HeaderRules {
            set = List.copyOf(set);
            remove = Set.copyOf(remove);
            signed = Set.copyOf(signed);
            duplicate = List.copyOf(duplicate);
        }
    }

    /**
     * A field of the caller whose values go upstream under another name besides.
     *
     * @param name of the caller's field, lower case
     * @param copy the name of the copies
     */
    public record Duplicate(String name, String copy) {}

    /** A configured field; the value may come from a file and may be a secret, so it never prints. */
    public record SetHeader(String name, String value, boolean fromFile) {
        @Override
        public String toString() {
            return name + ": (set)";
        }
    }
}
