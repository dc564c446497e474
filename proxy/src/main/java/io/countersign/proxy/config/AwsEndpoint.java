package io.countersign.proxy.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an AWS host name says of how to sign for it. From "Service endpoints and quotas" and "AWS Regions" in the AWS
 * General Reference, and the endpoint pages of each service.
 *
 * @param service name in the credential scope, which is not always the one in the host name
 */
public record AwsEndpoint(String service, String region) {
    private static final String REGION = "(?<region>[a-z]{2,4}(?:-[a-z]+){1,2}-\\d{1,2})";

    /** Beginnings of region names; a region of none of them is in the partition {@code aws}. */
    private static final Map<String, String> PARTITIONS = Map.of(
            "us-gov-", "aws-us-gov",
            "cn-", "aws-cn",
            "eusc-", "aws-eusc",
            "us-iso-", "aws-iso",
            "us-isob-", "aws-iso-b",
            "eu-isoe-", "aws-iso-e",
            "us-isof-", "aws-iso-f");

    /** The suffix of each partition: commercial, China, European sovereign, and the isolated ones. */
    private static final Map<String, List<String>> SUFFIXES = Map.of(
            "{aws}",
            List.of(
                    "amazonaws.com",
                    "amazonaws.com.cn",
                    "amazonaws.eu",
                    "c2s.ic.gov",
                    "sc2s.sgov.gov",
                    "cloud.adc-e.uk",
                    "csp.hci.ic.gov"),
            "{dual}",
            List.of("api.aws", "api.amazonwebservices.com.cn", "api.amazonwebservices.eu"),
            "{on}",
            List.of("on.aws", "on.amazonwebservices.com.cn", "on.amazonwebservices.eu"));

    /** Hosts as templates: {@code *} is one label, {@code **} one or more, a literal label may end in {@code -fips}. */
    private static final List<Shape> SHAPES = Stream.of(
                    shapes("execute-api", "*.execute-api.{region}.{aws}", "*.execute-api.{region}.{dual}"),
                    shapes("execute-api", "*.execute-api.{region}.vpce.{aws}"),
                    plain("aps", "aps-workspaces"),
                    plain("logs", "logs"),
                    plain("xray", "xray"),
                    plain("monitoring", "monitoring"),
                    plain("bedrock", "bedrock-runtime"),
                    plain("bedrock", "bedrock-agent-runtime"),
                    plain("bedrock", "bedrock"),
                    plain("dynamodb", "dynamodb"),
                    shapes("dynamodb", "*.ddb.{region}.{aws}", "*.ddb.{region}.{dual}"),
                    plain("sqs", "sqs"),
                    shapes("sqs", "{region}.queue.{aws}"),
                    plain("sns", "sns"),
                    plain("kinesis", "kinesis"),
                    shapes("kinesis", "**.data-kinesis.{region}.{aws}", "**.data-kinesis.{region}.{dual}"),
                    shapes("kinesis", "**.control-kinesis.{region}.{aws}", "**.control-kinesis.{region}.{dual}"),
                    plain("firehose", "firehose"),
                    plain("lambda", "lambda"),
                    plain("secretsmanager", "secretsmanager"),
                    plain("sts", "sts"),
                    shapes("sts", "sts.{aws}"),
                    shapes("es", "*.{region}.es.{aws}", "*.aos.{region}.{on}"),
                    shapes("aoss", "*.{region}.aoss.{aws}"),
                    shapes("osis", "*.{region}.osis.{aws}"),
                    shapes("neptune-db", "**.{region}.neptune.{aws}"),
                    shapes("appsync", "*.appsync-api.{region}.{aws}"),
                    shapes("lambda", "*.lambda-url.{region}.{on}"),
                    shapes("vpc-lattice-svcs", "**.vpc-lattice-svcs.{region}.{on}"),
                    shapes("s3", "s3.{region}.{aws}", "**.s3.{region}.{aws}", "s3.{aws}", "**.s3.{aws}"),
                    shapes("s3", "s3.dualstack.{region}.{aws}", "**.s3.dualstack.{region}.{aws}"),
                    shapes("s3", "s3-{region}.{aws}", "**.s3-{region}.{aws}", "**.s3.{region}.vpce.{aws}"),
                    shapes("s3", "*.s3-accesspoint.{region}.{aws}", "*.s3-accesspoint.dualstack.{region}.{aws}"),
                    shapes("s3-object-lambda", "*.s3-object-lambda.{region}.{aws}"),
                    shapes("s3-outposts", "**.s3-outposts.{region}.{aws}"))
            .flatMap(List::stream)
            .toList();

    private static final Map<Pattern, String> SIGNED_OTHERWISE = Map.of(
            pattern("**.accesspoint.s3-global.{aws}"),
            "is a Multi-Region Access Point, which takes the asymmetric Signature Version 4A alone; name one of its buckets"
                    + " or a regional access point",
            pattern("*.s3express-*.{region}.{aws}"),
            "is a directory bucket, which wants keys of a session (CreateSession) for each bucket; name a general purpose"
                    + " bucket");

    private record Shape(String service, String template, Pattern host) {}

    /** Services with one host a region. */
    private static List<Shape> plain(String service, String label) {
        return shapes(
                service, label + ".{region}.{aws}", label + ".{region}.{dual}", "*." + label + ".{region}.vpce.{aws}");
    }

    private static List<Shape> shapes(String service, String... templates) {
        return Stream.of(templates).map(t -> new Shape(service, t, pattern(t))).toList();
    }

    private static Pattern pattern(String template) {
        String suffix = template.substring(template.lastIndexOf('{'));
        String labels = template.substring(0, template.length() - suffix.length() - 1);
        return Pattern.compile(Stream.of(labels.split("\\."))
                        .map(label -> switch (label) {
                            case "*" -> "[^.]+";
                            case "**" -> "[^.]+(?:\\.[^.]+)*";
                            case "vpce", "dualstack", "queue" -> label;
                            default ->
                                label.replace("*", "[^.]+").replace("{region}", REGION)
                                        + (label.contains("{region}") ? "" : "(?:-fips)?");
                        })
                        .collect(Collectors.joining("\\."))
                + "\\." + alternatives(SUFFIXES.get(suffix)));
    }

    private static String alternatives(List<String> suffixes) {
        return suffixes.stream().map(Pattern::quote).collect(Collectors.joining("|", "(?:", ")"));
    }

    /** Empty when the host is no AWS host that is known here: a custom domain, say. */
    public static Optional<AwsEndpoint> of(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        for (Shape shape : SHAPES) {
            Matcher matcher = shape.host().matcher(lower);
            if (matcher.matches()) {
                // A host without a region is the global one, which is signed for us-east-1.
                boolean regional = shape.host().pattern().contains("?<region>");
                return Optional.of(new AwsEndpoint(shape.service(), regional ? matcher.group("region") : "us-east-1"));
            }
        }
        return Optional.empty();
    }

    /** What AWS hosts end in. */
    static List<String> suffixes() {
        return SUFFIXES.values().stream().flatMap(List::stream).sorted().toList();
    }

    /** The fixed labels of AWS hosts: {@code execute-api}, {@code logs}. */
    static Set<String> labels() {
        return SHAPES.stream()
                .flatMap(shape -> Stream.of(shape.template().split("\\.")))
                .filter(label -> label.indexOf('*') < 0 && label.indexOf('{') < 0)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The services that some host is known of, as they are named in a credential scope. */
    public static Set<String> services() {
        return SHAPES.stream().map(Shape::service).collect(Collectors.toUnmodifiableSet());
    }

    /** Why a host is of AWS and cannot be signed for here; empty for any other. */
    public static Optional<String> signedOtherwise(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return SIGNED_OTHERWISE.entrySet().stream()
                .filter(entry -> entry.getKey().matcher(lower).matches())
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** The partition of a region, as the second field of an ARN. */
    public static String partition(String region) {
        return PARTITIONS.entrySet().stream()
                .filter(entry -> region.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("aws");
    }
}
