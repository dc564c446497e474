package io.countersign.proxy.aws;

import static io.countersign.proxy.aws.AwsService.Trait.HOSTS_APPLICATIONS;
import static io.countersign.proxy.aws.PermissionRule.fixed;

import io.countersign.proxy.aws.AwsService.Row;
import io.countersign.proxy.aws.Preset.Patience;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * The part of the table of {@link AwsServices} with those that are mostly called through SDKs: what sets them apart is their
 * hosts, and the name that they are signed for, which often is not the one in the host.
 */
final class SdkServices {
    private SdkServices() {}

    static Stream<Row> rows() {
        return Stream.of(models(), devices(), data(), platform()).flatMap(rows -> rows);
    }

    private static Row row(String name) {
        return new Row(name);
    }

    /** Models, agents, and what reads or writes natural language. */
    private static Stream<Row> models() {
        return Stream.of(
                // A runtime is somebody's container, and a gateway leads to somebody's tools.
                row("bedrock-agentcore")
                        .atPlain("bedrock-agentcore")
                        .atPlain("bedrock-agentcore-control")
                        .at("*.gateway.bedrock-agentcore.{region}.{aws}")
                        .with(HOSTS_APPLICATIONS)
                        .limited(Limits.NONE.patience(Patience.responding(Duration.ofHours(1))))
                        .needs(PermissionRules::agentCore),
                row("bedrock-mantle")
                        .at("bedrock-mantle.{region}.{dual}")
                        .limited(Limits.NONE.patience(Patience.responding(Duration.ofHours(1)))),
                row("sagemaker")
                        .at("*.sagemaker.{region}.{aws}", "*.sagemaker.{region}.{dual}")
                        .at("*.*.sagemaker.{region}.vpce.{aws}")
                        .needs(PermissionRules::sageMaker),
                row("q").atPlain("q"),
                row("qbusiness").atPlain("qbusiness"),
                row("transcribe")
                        .atPlain("transcribe")
                        .atPlain("transcribestreaming")
                        .at("fips.transcribe.{region}.{aws}", "cn.transcribe.{region}.{aws}"),
                row("translate")
                        .atPlain("translate")
                        .needs(fixed(r -> "*", "translate:TranslateText", "translate:TranslateDocument")),
                row("comprehend").atPlain("comprehend"),
                row("textract").atPlain("textract"),
                row("rekognition").atPlain("rekognition"),
                row("polly").atPlain("polly").needs(fixed(r -> "*", "polly:SynthesizeSpeech")));
    }

    /** AWS IoT: each kind of endpoint is signed for under a name of its own. */
    private static Stream<Row> devices() {
        return Stream.of(
                row("iot-jobs-data").atPlain("data.jobs.iot").at("*.jobs.iot.{region}.{aws}"),
                row("iotdata")
                        .atPlain("data.iot")
                        .atPlain("data-ats.iot")
                        .at("*.iot.{region}.{aws}", "*.ats.iot.{region}.{aws}")
                        .limited(Limits.body(128 * 1024))
                        .needs(fixed(r -> r.arn("iot", "topic/*"), "iot:Publish")
                                .noting("shadows need iot:GetThingShadow, iot:UpdateThingShadow and"
                                        + " iot:DeleteThingShadow on thing/NAME")),
                // MQTT in a WebSocket has the hosts of iotdata.
                row("iotdevicegateway"),
                row("iot").atPlain("iot"));
    }

    /** Data, and queries of it. */
    private static Stream<Row> data() {
        return Stream.of(
                // Cells are named in answers of DescribeEndpoints: ingest-cell1, query-cell2.
                row("timestream")
                        .atPlain("ingest.timestream")
                        .atPlain("query.timestream")
                        .at("timestream-ingest.{region}.{dual}", "timestream-query.{region}.{dual}")
                        .at("ingest-*.timestream.{region}.{aws}", "query-*.timestream.{region}.{aws}")
                        .at("*.ingest-*.timestream.{region}.vpce.{aws}", "*.query-*.timestream.{region}.vpce.{aws}")
                        .needs(PermissionRules::timestream),
                row("athena").atPlain("athena"),
                row("glue").atPlain("glue"),
                row("s3tables").atPlain("s3tables"),
                row("rds").atPlain("rds"),
                row("rds-data").atPlain("rds-data").needs(PermissionRules::rdsData),
                row("redshift-data").atPlain("redshift-data"),
                row("elasticfilesystem").atPlain("elasticfilesystem").at("efs.{region}.{dual}"),
                row("managedblockchain")
                        .atPlain("managedblockchain")
                        .at(
                                "*.ethereum.managedblockchain.{region}.{aws}",
                                "*.bitcoin.managedblockchain.{region}.{aws}"),
                row("managedblockchain-query").atPlain("managedblockchain-query"));
    }

    /** What applications are built, run and tied together with. */
    private static Stream<Row> platform() {
        return Stream.of(
                row("events")
                        .atPlain("events")
                        .atPlain("eventsv2")
                        .needs(fixed(r -> r.arn("events", "event-bus/*"), "events:PutEvents")),
                row("states")
                        .atPlain("states")
                        .atPlain("sync-states")
                        .needs(fixed(
                                r -> r.arn("states", "stateMachine:*"),
                                "states:StartExecution",
                                "states:StartSyncExecution")),
                row("kafka").atPlain("kafka").at("kafka-api.{region}.{dual}"),
                row("ssm").atPlain("ssm"),
                row("appconfig")
                        .atPlain("appconfigdata")
                        .atPlain("appconfig")
                        .needs(fixed(
                                r -> r.arn("appconfig", "application/*/environment/*/configuration/*"),
                                "appconfig:StartConfigurationSession",
                                "appconfig:GetLatestConfiguration")),
                row("kms").atPlain("kms"),
                row("ecr")
                        .atPlain("api.ecr")
                        .at("ecr.{region}.{aws}", "ecr.{region}.{dual}")
                        .needs(fixed(r -> "*", "ecr:GetAuthorizationToken")
                                .noting("this fetches a token; what images and repositories need is in ECR's own"
                                        + " reference")),
                row("ecr-public")
                        .atPlain("api.ecr-public")
                        .at("ecr-public.{region}.{dual}")
                        .needs(fixed(r -> "*", "ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken")),
                row("codeartifact").atPlain("codeartifact"),
                row("ses")
                        .atPlain("email")
                        .atPlain("mail-manager")
                        .needs(fixed(r -> r.arn("ses", "identity/*"), "ses:SendEmail", "ses:SendRawEmail")),
                row("mediaconvert").atPlain("mediaconvert").at("*.mediaconvert.{region}.{aws}"));
    }
}
