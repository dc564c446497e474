package io.countersign.proxy.aws;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the host name of an AWS service says about how to sign for it.
 *
 * @param service name in the credential scope, which is not always the one in the host name
 */
public record AwsEndpoint(String service, String region) {
    /** Hosts of AWS that can't be signed for here, with the reason. */
    private static final Map<HostShape, String> SIGNED_OTHERWISE = Map.of(
            HostShape.of("*.s3express-*.{region}.{aws}"),
            "is a directory bucket, which needs session credentials (CreateSession) for each bucket; name a general purpose"
                    + " bucket");

    /**
     * Hosts that stand for several regions, with the name of the service in the credential scope. They only take Signature
     * Version 4A: the endpoint rules of AWS's SDKs have no other for them.
     */
    private static final Map<HostShape, String> MULTI_REGION = Map.of(
            HostShape.of("**.accesspoint.s3-global.{aws}"), "s3",
            HostShape.of("**.endpoint.events.{aws}"), "events",
            HostShape.of("**.endpoint.events.{dual}"), "events");

    /** Empty when the host is not an AWS host that is known here: a custom domain, for example. */
    public static Optional<AwsEndpoint> of(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        for (AwsService service : AwsServices.all()) {
            for (HostShape shape : service.hosts()) {
                Optional<String> region = shape.region(lower);
                if (region.isPresent()) {
                    return Optional.of(new AwsEndpoint(service.name(), region.get()));
                }
            }
        }
        return Optional.empty();
    }

    /** Names of the services whose hosts are known. */
    public static Set<String> services() {
        return AwsServices.all().stream()
                .filter(service -> !service.hosts().isEmpty())
                .map(AwsService::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** What AWS hosts end in. */
    public static List<String> suffixes() {
        return HostShape.suffixes();
    }

    /** The fixed labels of AWS hosts: {@code execute-api}, {@code logs}. */
    public static Set<String> labels() {
        return AwsServices.all().stream()
                .flatMap(service -> service.hosts().stream())
                .flatMap(HostShape::fixedLabels)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The service of a host that stands for several regions, and so only takes Signature Version 4A; empty for any other. */
    public static Optional<String> multiRegion(String host) {
        return among(MULTI_REGION, host);
    }

    /** Why a host belongs to AWS and can't be signed for here; empty for any other. */
    public static Optional<String> signedOtherwise(String host) {
        return among(SIGNED_OTHERWISE, host);
    }

    private static Optional<String> among(Map<HostShape, String> shapes, String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return shapes.entrySet().stream()
                .filter(entry -> entry.getKey().matches(lower))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
