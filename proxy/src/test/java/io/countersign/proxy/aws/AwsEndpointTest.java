package io.countersign.proxy.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AwsEndpointTest {
    @ParameterizedTest
    @CsvSource({
        "abc123.execute-api.us-east-1.amazonaws.com, execute-api, us-east-1",
        "ABC123.Execute-API.us-east-1.amazonaws.com, execute-api, us-east-1",
        "abc123.execute-api.cn-north-1.amazonaws.com.cn, execute-api, cn-north-1",
        "abc123.execute-api.us-gov-west-1.amazonaws.com, execute-api, us-gov-west-1",
        "abc123.execute-api.us-iso-east-1.c2s.ic.gov, execute-api, us-iso-east-1",
        "abc123.execute-api.us-isob-east-1.sc2s.sgov.gov, execute-api, us-isob-east-1",
        "abc123.execute-api.eusc-de-east-1.amazonaws.eu, execute-api, eusc-de-east-1",
        "abc123.execute-api.us-east-1.api.aws, execute-api, us-east-1",
        "abc123-vpce-0a1b2c.execute-api.eu-west-1.amazonaws.com, execute-api, eu-west-1",
        "vpce-0a1b2c-xyz.execute-api.eu-west-1.vpce.amazonaws.com, execute-api, eu-west-1",
        "vpce-0a1b2c-xyz-eu-west-1a.execute-api.eu-west-1.vpce.amazonaws.com, execute-api, eu-west-1",
        "aps-workspaces.ap-southeast-2.amazonaws.com, aps, ap-southeast-2",
        "vpce-0a.aps-workspaces.us-east-1.vpce.amazonaws.com, aps, us-east-1",
        "search-logs-abc.us-east-1.es.amazonaws.com, es, us-east-1",
        "search-logs-abc.aos.us-east-1.on.aws, es, us-east-1",
        "abc.us-west-2.aoss.amazonaws.com, aoss, us-west-2",
        "logs-abc123.us-west-2.osis.amazonaws.com, osis, us-west-2",
        "db.cluster-cabc123.us-east-1.neptune.amazonaws.com, neptune-db, us-east-1",
        "db.cluster-ro-cabc123.us-east-1.neptune.amazonaws.com, neptune-db, us-east-1",
        "db.cluster-cabc123.cn-north-1.neptune.amazonaws.com.cn, neptune-db, cn-north-1",
        "abcdefghijklmnopqrstuvwxyz.appsync-api.eu-west-1.amazonaws.com, appsync, eu-west-1",
        "kinesis.us-east-1.amazonaws.com, kinesis, us-east-1",
        "kinesis-fips.us-gov-west-1.amazonaws.com, kinesis, us-gov-west-1",
        "kinesis.us-east-1.api.aws, kinesis, us-east-1",
        "111122223333.data-kinesis.us-east-1.amazonaws.com, kinesis, us-east-1",
        "111122223333.control-kinesis-fips.us-east-1.amazonaws.com, kinesis, us-east-1",
        "111122223333.ddb.us-east-1.amazonaws.com, dynamodb, us-east-1",
        "logs.us-east-1.amazonaws.com, logs, us-east-1",
        "xray.us-east-1.amazonaws.com, xray, us-east-1",
        "xray-fips.us-east-1.amazonaws.com, xray, us-east-1",
        "monitoring.us-east-1.amazonaws.com, monitoring, us-east-1",
        "abcdef.lambda-url.us-east-1.on.aws, lambda, us-east-1",
        "s3.us-east-1.amazonaws.com, s3, us-east-1",
        "s3.amazonaws.com, s3, us-east-1",
        "s3-fips.us-gov-east-1.amazonaws.com, s3, us-gov-east-1",
        "my.dotted.bucket.s3.eu-central-1.amazonaws.com, s3, eu-central-1",
        "bucket.s3.dualstack.eu-central-1.amazonaws.com, s3, eu-central-1",
        "bucket.s3-eu-west-1.amazonaws.com, s3, eu-west-1",
        "ap-123456789012.s3-accesspoint.us-east-1.amazonaws.com, s3, us-east-1",
        "ap-123456789012.s3-accesspoint-fips.dualstack.us-east-1.amazonaws.com, s3, us-east-1",
        "ol-123456789012.s3-object-lambda.us-east-1.amazonaws.com, s3-object-lambda, us-east-1",
        "bucket.bucket.vpce-0a1b.s3.us-east-1.vpce.amazonaws.com, s3, us-east-1",
        "bedrock-runtime.us-east-1.amazonaws.com, bedrock, us-east-1",
        "bedrock-runtime-fips.us-east-1.amazonaws.com, bedrock, us-east-1",
        "dynamodb.us-east-1.amazonaws.com, dynamodb, us-east-1",
        "sqs.us-east-1.amazonaws.com, sqs, us-east-1",
        "us-east-2.queue.amazonaws.com, sqs, us-east-2",
        "sts.us-east-1.amazonaws.com, sts, us-east-1",
        "sts.amazonaws.com, sts, us-east-1",
        "svc-0a1b.7d67968.vpc-lattice-svcs.us-east-1.on.aws, vpc-lattice-svcs, us-east-1",
        "a1b2c3-ats.iot.eu-west-1.amazonaws.com, iotdata, eu-west-1",
        "a1b2c3.iot.eu-west-1.amazonaws.com, iotdata, eu-west-1",
        "a1b2c3.ats.iot.cn-north-1.amazonaws.com.cn, iotdata, cn-north-1",
        "data.iot-fips.us-gov-west-1.amazonaws.com, iotdata, us-gov-west-1",
        "data.jobs.iot.eu-west-1.amazonaws.com, iot-jobs-data, eu-west-1",
        "iot.eu-west-1.amazonaws.com, iot, eu-west-1",
        "ingest-cell1.timestream.us-east-1.amazonaws.com, timestream, us-east-1",
        "query-cell12.timestream.us-east-1.amazonaws.com, timestream, us-east-1",
        "vpce-0a.ingest-cell2.timestream.us-east-1.vpce.amazonaws.com, timestream, us-east-1",
        "tools-abc.gateway.bedrock-agentcore.us-west-2.amazonaws.com, bedrock-agentcore, us-west-2",
        "bedrock-mantle.us-east-1.api.aws, bedrock-mantle, us-east-1",
        "vpce-0a.runtime.sagemaker.us-east-1.vpce.amazonaws.com, sagemaker, us-east-1",
        "vpce-0a.api.ecr.us-east-1.vpce.amazonaws.com, ecr, us-east-1",
        "nd-abc.ethereum.managedblockchain.us-east-1.amazonaws.com, managedblockchain, us-east-1",
        "ks-abc.mediaconvert.us-east-1.amazonaws.com, mediaconvert, us-east-1",
        "email-fips.us-east-1.amazonaws.com, ses, us-east-1",
    })
    void readsServiceAndRegionFromTheHost(String host, String service, String region) {
        assertEquals(Optional.of(new AwsEndpoint(service, region)), AwsEndpoint.of(host));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api.example.com",
                "localhost",
                "127.0.0.1",
                "amazonaws.com",
                "execute-api.us-east-1.amazonaws.com",
                "abc.execute-api.us-east-1.amazonaws.com.example.com",
                "abc.execute-api.us-east-1.amazonawsXcom",
                "abc.execute-api.nowhere.amazonaws.com",
                "d111111abcdef8.cloudfront.net",
                "logs.us-east-1.amazonaws.com.evil",
                "osis.us-east-1.neptune.example.com",
                "us-east-1.osis.amazonaws.com",
                "us-east-1.neptune.amazonaws.com",
                "appsync-api.us-east-1.amazonaws.com",
                "abc.appsync-realtime-api.us-east-1.amazonaws.com",
                "111122223333.dkr.ecr.us-east-1.amazonaws.com",
                "b-1.c.abc123.c2.kafka.us-east-1.amazonaws.com",
                "abc.credentials.iot.us-east-1.amazonaws.com",
                "a..s3.us-east-1.amazonaws.com",
                ".s3.us-east-1.amazonaws.com",
                "ingest-.timestream.us-east-1.amazonaws.com",
                "sqs.us-east-1.api.aws.amazonaws.com",
                "states.us-east-1.on.aws",
                "vpce-0a.kms.us-east-1.vpce-fips.amazonaws.com",
            })
    void claimsNothingOfAnotherHost(String host) {
        assertEquals(Optional.empty(), AwsEndpoint.of(host));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bucket--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com",
                "111122223333.dkr.ecr.us-east-1.amazonaws.com",
                "111122223333.dkr.ecr-fips.us-gov-west-1.amazonaws.com",
                "111122223333.dkr-ecr.us-east-1.on.aws",
                "domain-111122223333.d.codeartifact.eu-west-1.amazonaws.com",
                "abc.appsync-realtime-api.us-east-1.amazonaws.com",
                "b-1.c.abc123.c2.kafka.us-east-1.amazonaws.com",
                "boot-abc.c1.kafka-serverless.us-east-1.amazonaws.com",
                "abc.credentials.iot.us-east-1.amazonaws.com",
            })
    void claimsNoHostThatWantsAnotherSignature(String host) {
        assertEquals(Optional.empty(), AwsEndpoint.of(host));
        assertTrue(AwsEndpoint.signedOtherwise(host).isPresent());
    }

    @ParameterizedTest
    @CsvSource({
        "mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com, s3",
        "m1.accesspoint.s3-global.amazonaws.com.cn, s3",
        "abcde.veo.endpoint.events.amazonaws.com, events",
        "abcde.endpoint.events.amazonaws.com, events",
        "abcde.endpoint.events.api.aws, events",
        "events.us-east-1.amazonaws.com, ",
        "bucket.s3.us-east-1.amazonaws.com, ",
        "m1.accesspoint.s3-global.amazonaws.com.evil, "
    })
    void knowsTheServiceOfAHostThatStandsForSeveralRegions(String host, String service) {
        assertEquals(Optional.ofNullable(service), AwsEndpoint.multiRegion(host));
        if (service != null) {
            assertEquals(Optional.empty(), AwsEndpoint.of(host));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "us-east-1, aws",
        "us-gov-west-1, aws-us-gov",
        "cn-north-1, aws-cn",
        "us-iso-east-1, aws-iso",
        "us-isob-east-1, aws-iso-b",
        "eusc-de-east-1, aws-eusc"
    })
    void knowsThePartitionOfARegion(String region, String partition) {
        assertEquals(partition, Regions.partition(region));
    }
}
