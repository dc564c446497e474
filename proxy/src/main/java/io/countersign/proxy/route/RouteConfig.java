package io.countersign.proxy.route;

import io.countersign.proxy.policy.RoutePolicies;
import io.countersign.proxy.signing.SigningConfig;
import io.countersign.proxy.signing.WireTarget;
import io.countersign.proxy.upstream.UpstreamConfig;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One route: which requests it takes, where they go, what is changed in them on the way, how they are signed, what they must
 * satisfy, and what happens when something goes wrong.
 *
 * @param signing empty with {@code auth = none}: the client's Authorization is then passed on
 */
public record RouteConfig(
        String name,
        Match match,
        UpstreamConfig upstream,
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
        return new RouteConfig(name, match, upstream, rewrite, signing, conditions, delivery);
    }

    /** The path that goes upstream for one of the route's own, whose escapes of unreserved characters are undone. */
    public String upstreamPath(String path) {
        return WireTarget.of(path, null, rewrite.stripPrefix().orElse(""), upstream.basePath(), false)
                .path();
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
     * @param logFailed characters of a failed response's body that the access log shows
     */
    public record Delivery(RouteTimes timeouts, FailureConfig failure, boolean replaySafe, int logFailed) {}

    /**
     * Fields set on, removed from and signed in what goes upstream.
     *
     * @param remove lower-case names
     * @param signed lower-case names, signed besides {@code host}, {@code content-type} and {@code x-amz-*}
     * @param duplicate what goes upstream under another name as well; nothing of what {@code remove} names
     */
    public record HeaderRules(
            List<SetHeader> set, Set<String> remove, Set<String> signed, List<Duplicate> duplicate) {
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
