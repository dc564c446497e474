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
    private static final String REGISTRY = "is a registry of images, which takes no signature but a token"
            + " (ecr:GetAuthorizationToken) as a password; name the API, api.ecr.REGION, to fetch that token";

    private static final String BROKER = "is a broker of MSK, which speaks Kafka's protocol, not HTTP; name MSK's API,"
            + " kafka.REGION, or let the client sign (AWS_MSK_IAM)";

    /** Hosts of AWS that can't be signed for here, with the reason. */
    private static final Map<HostShape, String> SIGNED_OTHERWISE = Map.of(
            HostShape.of("*.s3express-*.{region}.{aws}"),
            "is a directory bucket, which needs session credentials (CreateSession) for each bucket; name a general"
                    + " purpose bucket",
            HostShape.of("*.dkr.ecr.{region}.{aws}"),
            REGISTRY,
            HostShape.of("*.dkr-ecr.{region}.{on}"),
            REGISTRY,
            HostShape.of("*.d.codeartifact.{region}.{aws}"),
            "is a repository of packages, which takes no signature but a token (codeartifact:GetAuthorizationToken);"
                    + " name the API, codeartifact.REGION, to fetch that token",
            HostShape.of("*.appsync-realtime-api.{region}.{aws}"),
            "is a WebSocket of AppSync, which takes the signature of another request in its handshake; name the HTTP"
                    + " endpoint, ID.appsync-api.REGION",
            HostShape.of("**.kafka.{region}.{aws}"),
            BROKER,
            HostShape.of("**.kafka-serverless.{region}.{aws}"),
            BROKER,
            HostShape.of("*.credentials.iot.{region}.{aws}"),
            "takes the certificate of a device, and no signature; call it without Countersign");

    /**
     * Hosts that stand for several regions, with the name of the service in the credential scope. They only take Signature
     * Version 4A: the endpoint rules of AWS's SDKs have no other for them.
     */
    private static final Map<HostShape, String> MULTI_REGION = Map.of(
            HostShape.of("**.accesspoint.s3-global.{aws}"), "s3",
            HostShape.of("**.endpoint.events.{aws}"), "events",
            HostShape.of("**.endpoint.events.{dual}"), "events");

    /** Services with the same hosts, where the path says which is meant: MQTT in a WebSocket is on the data endpoint of AWS IoT. */
    private static final Set<Set<String>> SHARED = Set.of(Set.of("iotdata", "iotdevicegateway"));

    /** Whether requests to the hosts of {@code one} may be signed for {@code other}. */
    public static boolean shareHosts(String one, String other) {
        return one.equals(other) || SHARED.contains(Set.of(one, other));
    }

    /** Empty when the host is not an AWS host that is known here: a custom domain, for example. */
    public static Optional<AwsEndpoint> of(String host) {
        Optional<HostName> name = HostName.of(host.toLowerCase(Locale.ROOT));
        if (name.isEmpty()) {
            return Optional.empty();
        }
        for (AwsService service : AwsServices.all()) {
            for (HostShape shape : service.hosts()) {
                Optional<String> region = shape.region(name.get());
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
        return HostName.SUFFIXES.values().stream()
                .flatMap(List::stream)
                .sorted()
                .toList();
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
        return HostName.of(host.toLowerCase(Locale.ROOT))
                .flatMap(name -> shapes.entrySet().stream()
                        .filter(entry -> entry.getKey().matches(name))
                        .map(Map.Entry::getValue)
                        .findFirst());
    }
}
