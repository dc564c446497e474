package io.countersign.proxy.aws;

import java.util.Set;

/**
 * What is known beforehand about the requests of one route.
 *
 * @param host that they are sent to, as in {@code Host}
 * @param basePath of the upstream; empty when it has none
 * @param path what the paths of all of them begin with, as they are sent
 * @param methods that they may have; empty for any
 * @param region that they are signed for
 */
public record RequestShape(String host, String basePath, String path, Set<String> methods, String region) {
    public RequestShape {
        methods = Set.copyOf(methods);
    }

    /** An ARN in the region and partition of these requests, for any account. */
    String arn(String service, String resource) {
        return "arn:" + partition() + ":" + service + ":" + region + ":*:" + resource;
    }

    String partition() {
        return Regions.partition(region);
    }

    String firstLabel() {
        return host.substring(0, Math.max(host.indexOf('.'), 0));
    }
}
