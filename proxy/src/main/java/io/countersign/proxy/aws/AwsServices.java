package io.countersign.proxy.aws;

import static io.countersign.proxy.aws.AwsService.Trait.DEMANDS_CONTENT_HASH;
import static io.countersign.proxy.aws.AwsService.Trait.FIXED_BODY_QUOTA;
import static io.countersign.proxy.aws.AwsService.Trait.HOSTS_APPLICATIONS;
import static io.countersign.proxy.aws.AwsService.Trait.REJECTS_IN_TEXT;
import static io.countersign.proxy.aws.AwsService.Trait.SPEAKS_S3;
import static io.countersign.proxy.aws.AwsService.Trait.STAGE_IN_PATH;
import static io.countersign.proxy.aws.AwsService.Trait.TAKES_AWS_CHUNKED;
import static io.countersign.proxy.aws.AwsService.Trait.TAKES_TELEMETRY;
import static io.countersign.proxy.aws.Limits.MIB;
import static io.countersign.proxy.aws.PermissionRule.fixed;

import io.countersign.proxy.aws.AwsService.Row;
import io.countersign.proxy.aws.Preset.Patience;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The table of AWS services, one row each: adding a service is a row here or in {@link SdkServices} and its rows in the tables of
 * docs/SERVICES.md, which tests compare. Hosts are from "Service endpoints and quotas" in the AWS General Reference and each
 * service's own pages.
 */
public final class AwsServices {
    /** Where several shapes of hosts match, the first row wins. Those that are mostly called through SDKs stand apart. */
    private static final List<AwsService> ROWS = Stream.concat(
                    Stream.of(
                            row("execute-api")
                                    .at("*.execute-api.{region}.{aws}", "*.execute-api.{region}.{dual}")
                                    .at("*.execute-api.{region}.vpce.{aws}")
                                    .with(HOSTS_APPLICATIONS, TAKES_TELEMETRY, FIXED_BODY_QUOTA, STAGE_IN_PATH)
                                    .limited(Limits.body(10 * MIB).head(10_240))
                                    .needs(PermissionRules::executeApi),
                            // "Active series", "metrics with metadata", "labels" and such: said with 429 or 400, like a
                            // rate
                            // limit. Names as in "Service quotas" of the User Guide, and in Cortex, which it is built
                            // on.
                            row("aps")
                                    .atPlain("aps-workspaces")
                                    .with(TAKES_TELEMETRY)
                                    .overLimit(
                                            "per-(?:user|metric|tenant|workspace|labelset)"
                                                    + " (?:series|metadata|metric)\\b.{0,40}\\blimit",
                                            "(?:active )?(?:series|metrics? with metadata|metadata) (?:per"
                                                    + " (?:workspace|metric(?: name)?) )?(?:limit|quota)",
                                            "(?:limit|quota) (?:of|for) (?:active )?(?:series|metadata)",
                                            "too many (?:labels|ha clusters|metadata)",
                                            "(?:label (?:name|value)|metric name) too long",
                                            "label set (?:size|too large)")
                                    .needs(PermissionRules::prometheus),
                            // Too many log groups or streams in the account. The SDKs take this type for throttling,
                            // which here
                            // it isn't. Which group and stream a request's logs end up in is worth a signature.
                            row("logs")
                                    .atPlain("logs")
                                    .with(TAKES_TELEMETRY)
                                    .signed(Signing.USUAL.headers("x-aws-log-group", "x-aws-log-stream"))
                                    .overLimit("^limitexceededexception:")
                                    .needs(fixed(r -> r.arn("logs", "log-group:*:log-stream:*"), "logs:PutLogEvents")
                                            .noting("the log group is in the caller's headers: write its name for the"
                                                    + " first * after log-group")),
                            row("xray")
                                    .atPlain("xray")
                                    .with(TAKES_TELEMETRY)
                                    .limited(Limits.body(5 * MIB))
                                    .needs(fixed(
                                            r -> "*",
                                            "xray:PutTraceSegments",
                                            "xray:PutSpans",
                                            "xray:PutSpansForIndexing")),
                            row("monitoring")
                                    .atPlain("monitoring")
                                    .with(TAKES_TELEMETRY)
                                    .needs(fixed(r -> "*", "cloudwatch:PutMetricData")),
                            row("bedrock")
                                    .atPlain("bedrock-runtime")
                                    .atPlain("bedrock-agent-runtime")
                                    .atPlain("bedrock-agent")
                                    .atPlain("bedrock-data-automation")
                                    .atPlain("bedrock-data-automation-runtime")
                                    .atPlain("bedrock")
                                    .limited(Limits.body(25_000_000).patience(Patience.responding(Duration.ofHours(1))))
                                    .needs(fixed(
                                                    r -> "*",
                                                    "bedrock:InvokeModel",
                                                    "bedrock:InvokeModelWithResponseStream")
                                            .noting("the caller's path names the model: write the models that"
                                                    + " it may use")),
                            row("dynamodb")
                                    .atPlain("dynamodb")
                                    .atPlain("streams.dynamodb")
                                    .at("streams-dynamodb.{region}.{dual}")
                                    .at("*.ddb.{region}.{aws}", "*.ddb.{region}.{dual}"),
                            row("sqs").atPlain("sqs").at("{region}.queue.{aws}"),
                            row("sns").atPlain("sns"),
                            row("kinesis")
                                    .atPlain("kinesis")
                                    .at("**.data-kinesis.{region}.{aws}", "**.data-kinesis.{region}.{dual}")
                                    .at("**.control-kinesis.{region}.{aws}", "**.control-kinesis.{region}.{dual}")
                                    .with(TAKES_TELEMETRY),
                            row("firehose").atPlain("firehose"),
                            row("lambda")
                                    .atPlain("lambda")
                                    .at("*.lambda-url.{region}.{on}")
                                    .with(HOSTS_APPLICATIONS, TAKES_TELEMETRY)
                                    .limited(Limits.body(6 * MIB).patience(Patience.responding(Duration.ofMinutes(15))))
                                    .needs(fixed(
                                                    r -> r.arn("lambda", "function:*"),
                                                    "lambda:InvokeFunctionUrl",
                                                    "lambda:InvokeFunction")
                                            .noting("a function URL does not name its function: write the"
                                                    + " function's name")),
                            row("secretsmanager").atPlain("secretsmanager"),
                            row("sts").atPlain("sts").at("sts.{aws}"),
                            // An index that can't be created any more, so that nothing gets into it.
                            row("es")
                                    .at("*.{region}.es.{aws}", "*.aos.{region}.{on}")
                                    .atPlain("es")
                                    .at("aos.{region}.{dual}")
                                    .with(TAKES_TELEMETRY)
                                    .overLimit("maximum (?:normal )?shards open")
                                    .needs(PermissionRules::openSearch),
                            // The units of capacity that a collection may grow to; 402, and it may yet grow.
                            row("aoss")
                                    .at("*.{region}.aoss.{aws}")
                                    .atPlain("aoss")
                                    .with(TAKES_TELEMETRY, DEMANDS_CONTENT_HASH)
                                    .overLimit("maximum ocu capacity reached")
                                    .needs(fixed(
                                                    r -> r.arn("aoss", "collection/" + r.firstLabel()),
                                                    "aoss:APIAccessAll")
                                            .noting("the collection's data access policy must name the identity too")),
                            row("osis")
                                    .at("*.{region}.osis.{aws}")
                                    .atPlain("osis")
                                    .with(TAKES_TELEMETRY)
                                    .needs(fixed(PermissionRules::pipeline, "osis:Ingest")),
                            row("neptune-db")
                                    .at("**.{region}.neptune.{aws}")
                                    .needs(fixed(
                                                    r -> r.arn("neptune-db", "*/*"),
                                                    "neptune-db:ReadDataViaQuery",
                                                    "neptune-db:WriteDataViaQuery",
                                                    "neptune-db:DeleteDataViaQuery")
                                            .noting("the host does not say the cluster's resource id: write it"
                                                    + " (cluster-...) for the first * after the account")),
                            row("appsync")
                                    .at("*.appsync-api.{region}.{aws}")
                                    .atPlain("appsync")
                                    .needs(fixed(
                                                    r -> r.arn("appsync", "apis/*"),
                                                    "appsync:GraphQL",
                                                    "appsync:EventPublish")
                                            .noting("the host does not say the API's id: write it and /* for the last"
                                                    + " *; appsync:GraphQL is for a GraphQL API,"
                                                    + " appsync:EventPublish for an Event API")),
                            row("vpc-lattice-svcs")
                                    .at("**.vpc-lattice-svcs.{region}.{on}")
                                    .with(HOSTS_APPLICATIONS, TAKES_TELEMETRY, REJECTS_IN_TEXT, DEMANDS_CONTENT_HASH)
                                    .signed(Signing.USUAL.unsignedPayload())
                                    .needs(fixed(r -> r.arn("vpc-lattice", "service/*"), "vpc-lattice-svcs:Invoke")
                                            .noting("the host does not say the service's id: write it for the last *")),
                            // Content-MD5 ties a body to a signature that does not hold its hash.
                            row("s3")
                                    .at("s3.{region}.{aws}", "**.s3.{region}.{aws}", "s3.{aws}", "**.s3.{aws}")
                                    .at("s3.dualstack.{region}.{aws}", "**.s3.dualstack.{region}.{aws}")
                                    .at("s3-{region}.{aws}", "**.s3-{region}.{aws}", "**.s3.{region}.vpce.{aws}")
                                    .at("*.s3-accesspoint.{region}.{aws}", "*.s3-accesspoint.dualstack.{region}.{aws}")
                                    .with(SPEAKS_S3, TAKES_AWS_CHUNKED, DEMANDS_CONTENT_HASH)
                                    .signed(Signing.USUAL
                                            .pathAsSent()
                                            .eitherPayload()
                                            .headers("content-md5"))
                                    .limited(Limits.body(5120 * MIB).patience(Patience.uploading(Duration.ofHours(1))))
                                    .needs(PermissionRules::s3),
                            row("s3-object-lambda")
                                    .at("*.s3-object-lambda.{region}.{aws}")
                                    .with(SPEAKS_S3, DEMANDS_CONTENT_HASH)
                                    .signed(Signing.USUAL.pathAsSent()),
                            row("s3-outposts")
                                    .at("**.s3-outposts.{region}.{aws}")
                                    .with(SPEAKS_S3, TAKES_AWS_CHUNKED, DEMANDS_CONTENT_HASH)
                                    .signed(Signing.USUAL.pathAsSent()),
                            // Its hosts want the credentials of a session; other makers' may be signed for under this
                            // name.
                            row("s3express")
                                    .with(SPEAKS_S3, TAKES_AWS_CHUNKED, DEMANDS_CONTENT_HASH)
                                    .signed(Signing.USUAL.pathAsSent())),
                    SdkServices.rows())
            .map(Row::build)
            .toList();

    private static final Map<String, AwsService> BY_NAME =
            ROWS.stream().collect(Collectors.toUnmodifiableMap(AwsService::name, Function.identity()));

    private AwsServices() {}

    private static Row row(String name) {
        return new Row(name);
    }

    /** The service's row; for one that has none, what SigV4 demands of services in general. */
    public static AwsService of(String name) {
        AwsService known = BY_NAME.get(name);
        return known == null ? row(name).build() : known;
    }

    /** Whether there is a row for it. */
    public static boolean isKnown(String name) {
        return BY_NAME.containsKey(name);
    }

    /** Names of all rows, as they appear in credential scopes. */
    public static Set<String> names() {
        return BY_NAME.keySet();
    }

    static List<AwsService> all() {
        return ROWS;
    }

    /** Names of the services that take this mode, sorted. */
    public static List<String> taking(PayloadMode payload) {
        return ROWS.stream()
                .filter(service -> service.preset().payloads().contains(payload))
                .map(AwsService::name)
                .sorted()
                .toList();
    }
}
