package io.countersign.proxy.route;

import io.countersign.proxy.policy.RoutePolicies;
import io.countersign.proxy.signing.SigningConfig;
import io.countersign.proxy.signing.WireTarget;
import io.countersign.proxy.upstream.UpstreamConfig;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One route: which requests it takes, where they go, how they are signed and what bounds them.
 *
 * @param stripPrefix removed from the front of the path before the upstream's base path is put there
 * @param signing empty with {@code auth = none}: the client's Authorization is then passed on
 * @param failure what an agent is told when something goes wrong that is not its doing
 * @param replaySafe the upstream bears the same request twice, so a connection lost after sending may be retried
 * @param corsOrigins origins (as browsers write them) whose pages may use this route; empty: none
 * @param maxBody octets
 * @param signedHeaders lower-case names signed besides {@code host}, {@code content-type} and {@code x-amz-*}
 * @param policies that its requests have to pass: those of all routes, and its own
 */
public record RouteConfig(
        String name,
        Match match,
        Optional<String> stripPrefix,
        UpstreamConfig upstream,
        Optional<SigningConfig> signing,
        FailureConfig failure,
        boolean replaySafe,
        Set<String> corsOrigins,
        long maxBody,
        Set<String> signedHeaders,
        HeaderRules headers,
        RouteTimes times,
        RoutePolicies policies) {

    public RouteConfig {
        corsOrigins = Set.copyOf(corsOrigins);
        signedHeaders = Set.copyOf(signedHeaders);
    }

    /** The same route with a lower limit and other fields to set, for a request that may call on narrower terms only. */
    public RouteConfig with(long maxBody, HeaderRules headers) {
        return new RouteConfig(
                name,
                match,
                stripPrefix,
                upstream,
                signing,
                failure,
                replaySafe,
                corsOrigins,
                maxBody,
                signedHeaders,
                headers,
                times,
                policies);
    }

    /** The path that goes upstream for one of the route's own, whose escapes of unreserved characters are undone. */
    public String upstreamPath(String path) {
        return WireTarget.of(path, null, stripPrefix.orElse(""), upstream.basePath(), false)
                .path();
    }

    /** The same route under policies. */
    public RouteConfig with(RoutePolicies policies) {
        return new RouteConfig(
                name,
                match,
                stripPrefix,
                upstream,
                signing,
                failure,
                replaySafe,
                corsOrigins,
                maxBody,
                signedHeaders,
                headers,
                times,
                policies);
    }

    /** @param methods upper case; empty: every method */
    public record Match(String pathPrefix, Set<String> methods, Set<String> hosts) {
        public Match {
            methods = Set.copyOf(methods);
            hosts = Set.copyOf(hosts);
        }
    }

    /** Fields set on, and removed from, what goes upstream; {@code remove} holds lower-case names. */
    public record HeaderRules(List<SetHeader> set, Set<String> remove) {
        public HeaderRules {
            set = List.copyOf(set);
            remove = Set.copyOf(remove);
        }
    }

    /** A configured field; the value may come from a file and may be a secret, so it never prints. */
    public record SetHeader(String name, String value, boolean fromFile) {
        @Override
        public String toString() {
            return name + ": (set)";
        }
    }
}
