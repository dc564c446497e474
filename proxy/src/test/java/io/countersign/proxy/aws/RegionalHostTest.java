package io.countersign.proxy.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegionalHostTest {
    @ParameterizedTest
    @CsvSource({
        "dynamodb, us-east-1, dynamodb.us-east-1.amazonaws.com",
        "sqs, us-gov-west-1, sqs.us-gov-west-1.amazonaws.com",
        "s3, eu-west-1, s3.eu-west-1.amazonaws.com",
        "sts, cn-north-1, sts.cn-north-1.amazonaws.com.cn",
        "kinesis, eusc-de-east-1, kinesis.eusc-de-east-1.amazonaws.eu",
        "logs, us-iso-east-1, logs.us-iso-east-1.c2s.ic.gov",
        "aps, us-east-1, aps-workspaces.us-east-1.amazonaws.com",
        "es, us-east-1, es.us-east-1.amazonaws.com",
        "osis, us-east-1, osis.us-east-1.amazonaws.com"
    })
    void followsFromServiceAndRegion(String service, String region, String host) {
        assertEquals(Optional.of(host), AwsServices.of(service).regionalHost(region));
    }

    /** These name an API, a cluster and so on; of Bedrock there are several that one name is signed for. */
    @ParameterizedTest
    @ValueSource(strings = {"execute-api", "neptune-db", "vpc-lattice-svcs", "bedrock", "unheard-of"})
    void isNoneWhereServiceAndRegionDoNotSay(String service) {
        assertEquals(Optional.empty(), AwsServices.of(service).regionalHost("us-east-1"));
    }

    /** What is derived must lead back: it is signed for by what the table says of the host. */
    @Test
    void leadsBackToServiceAndRegion() {
        for (AwsService service : AwsServices.all()) {
            service.regionalHost("eu-west-1")
                    .ifPresent(host -> assertEquals(
                            Optional.of(new AwsEndpoint(service.name(), "eu-west-1")), AwsEndpoint.of(host)));
        }
    }
}
