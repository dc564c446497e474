package io.countersign.proxy.route;

import io.countersign.proxy.aws.AwsEndpoint;
import io.countersign.proxy.net.HostPattern;
import java.util.List;
import java.util.Map;

/** By what of a request a route that leaves it the choice knows where to send, and among what it may choose. */
public sealed interface Choice {
    /** The route's terms for each service that it sends to. */
    Map<String, ServiceTerms> services();

    /**
     * By the host that it names ({@code upstream = from-host}).
     *
     * @param hosts that it may name; empty: all that are known as AWS's
     */
    record ByHost(Map<String, ServiceTerms> services, List<HostPattern> hosts) implements Choice {
        public ByHost {
            services = Map.copyOf(services);
            hosts = List.copyOf(hosts);
        }

        /** Whether it may be named, as far as the route's list goes. */
        boolean isListed(String host) {
            return hosts.isEmpty() || hosts.stream().anyMatch(pattern -> pattern.matches(host));
        }
    }

    /**
     * By the scope of the signature that it came with ({@code service = from-scope}).
     *
     * @param hosts of the services in the regions that the scope may name
     */
    record ByScope(Map<String, ServiceTerms> services, Map<AwsEndpoint, String> hosts) implements Choice {
        public ByScope {
            services = Map.copyOf(services);
            hosts = Map.copyOf(hosts);
        }

        /** Regions that a scope may name, sorted. */
        public List<String> regions() {
            return hosts.keySet().stream()
                    .map(AwsEndpoint::region)
                    .distinct()
                    .sorted()
                    .toList();
        }
    }
}
