package io.countersign.proxy.route;

import io.countersign.proxy.aws.AwsEndpoint;
import io.countersign.proxy.failover.FailoverConfig;
import io.countersign.proxy.policy.RoutePolicies;
import io.countersign.proxy.signing.SigningConfig;
import io.countersign.proxy.signing.WireTarget;
import io.countersign.proxy.upstream.UpstreamConfig;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One route: which requests it takes, where they go (which each request may choose), what is changed in them on the way, how they are signed, what they must
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
                new Conditions(conditions.cors(), maxBody, conditions.policies(), conditions.buckets()));
    }

    /** The same route under policies. */
    public RouteConfig with(RoutePolicies policies) {
        return with(rewrite, new Conditions(conditions.cors(), conditions.maxBody(), policies, conditions.buckets()));
    }

    private RouteConfig with(Rewrite rewrite, Conditions conditions) {
        return new RouteConfig(name, match, sending, rewrite, signing, conditions, delivery);
    }

    /** The same route with upstreams that take over when its own fails. */
    RouteConfig with(Sending.Standbys standbys) {
        return new RouteConfig(
                name,
                match,
                new Sending(sending.upstream(), sending.choice(), Optional.of(standbys)),
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
        ServiceTerms terms = sending.choice().orElseThrow().services().get(endpoint.service());
        HeaderRules headers = rewrite.headers();
        SigningConfig there = terms.signing().in(endpoint.region());
        return new RouteConfig(
                name,
                match,
                Sending.to(host),
                new Rewrite(
                        rewrite.stripPrefix(),
                        new HeaderRules(headers.set(), headers.remove(), terms.signed(), headers.duplicate())),
                Optional.of(there),
                new Conditions(
                        conditions.cors(),
                        terms.maxBody(),
                        conditions.policies(),
                        there.isS3() ? conditions.buckets() : BucketRules.NONE),
                terms.delivery());
    }

    /** Whether each request may choose a bucket of S3, whosever it is. */
    public boolean leavesBucketsOpen() {
        return conditions.buckets().areNone()
                && sending.choice().stream()
                        .flatMap(choice -> choice.services().values().stream())
                        .anyMatch(terms -> terms.signing().isS3());
    }

    /** The path that goes upstream for one of the route's own, whose escapes of unreserved characters are undone. */
    public String upstreamPath(String path) {
        return WireTarget.of(
                        path, null, rewrite.stripPrefix().orElse(""), upstream().basePath(), false)
                .path();
    }

    /**
     * Where a route's requests go: to one upstream, to the first of several that works, or where each says.
     *
     * @param upstream the one, the first of several, or what the upstreams of all hosts have in common
     * @param choice what each request says, and among what it may choose; empty where it has none
     * @param standbys what takes over when the one fails
     */
    public record Sending(UpstreamConfig upstream, Optional<Choice> choice, Optional<Standbys> standbys) {

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

        static Sending to(UpstreamConfig upstream) {
            return new Sending(upstream, Optional.empty(), Optional.empty());
        }

        /** Among what each request's {@code Host} may choose; empty where it chooses nothing. */
        public Optional<Choice.ByHost> byHost() {
            return choice.filter(Choice.ByHost.class::isInstance).map(Choice.ByHost.class::cast);
        }

        /** Among what the scope of each request's own signature may choose; empty where it chooses nothing. */
        public Optional<Choice.ByScope> byScope() {
            return choice.filter(Choice.ByScope.class::isInstance).map(Choice.ByScope.class::cast);
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
     * @param buckets of a route that signs for S3
     */
    public record Conditions(CorsConfig cors, long maxBody, RoutePolicies policies, BucketRules buckets) {}

    /**
     * What is changed in a request on its way.
     *
     * @param stripPrefix removed from the front of the path before the upstream's base path is put there
     */
    public record Rewrite(Optional<String> stripPrefix, HeaderRules headers) {}

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
