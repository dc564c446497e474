package io.countersign.proxy.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each kind of host leads to. Forms of resources: "Actions, resources, and condition keys" of each service. */
class PermissionRulesTest {
    private final List<String> notes = new ArrayList<>();

    private List<Permission> permissions(String host, String path, String... methods) {
        AwsEndpoint endpoint = AwsEndpoint.of(host).orElseThrow();
        return AwsServices.of(endpoint.service())
                .permissions()
                .permissions(new RequestShape(host, path, path, Set.of(methods), endpoint.region()), notes::add);
    }

    private static String only(List<Permission> permissions) {
        assertEquals(1, permissions.size(), permissions::toString);
        assertEquals(1, permissions.get(0).resources().size(), permissions::toString);
        return permissions.get(0).resources().iterator().next();
    }

    @ParameterizedTest
    @CsvSource({
        "bucket.s3.eu-west-1.amazonaws.com, '', arn:aws:s3:::bucket/*",
        "bucket.s3.eu-west-1.amazonaws.com, /a, arn:aws:s3:::bucket/a/*",
        "my.dotted.bucket.s3-eu-west-1.amazonaws.com, '', arn:aws:s3:::my.dotted.bucket/*",
        "a.s3.b.s3.eu-west-1.amazonaws.com, '', arn:aws:s3:::a.s3.b/*",
        "bucket.s3.dualstack.eu-west-1.amazonaws.com, '', arn:aws:s3:::bucket/*",
        "bucket.s3-fips.us-gov-west-1.amazonaws.com, '', arn:aws-us-gov:s3:::bucket/*",
        "bucket.s3.amazonaws.com, '', arn:aws:s3:::bucket/*",
        "s3.eu-west-1.amazonaws.com, '', arn:aws:s3:::*/*",
        "s3.eu-west-1.amazonaws.com, /bucket/a, arn:aws:s3:::bucket/a/*",
        "bucket.bucket.vpce-0a1b-xyz.s3.us-east-1.vpce.amazonaws.com, /a, arn:aws:s3:::bucket/a/*",
        "my.b.bucket.vpce-0a1b-xyz.s3.us-east-1.vpce.amazonaws.com, '', arn:aws:s3:::my.b/*",
        "bucket.vpce-0a1b-xyz.s3.us-east-1.vpce.amazonaws.com, /b, arn:aws:s3:::b/*",
    })
    void namesTheBucketInHostOrPath(String host, String path, String resource) {
        assertEquals(resource, only(permissions(host, path, "GET")));
    }

    @ParameterizedTest
    @CsvSource({
        "my-ap-123456789012.s3-accesspoint.eu-west-1.amazonaws.com, '',"
                + " arn:aws:s3:eu-west-1:123456789012:accesspoint/my-ap/object/*",
        "my-ap-123456789012.s3-accesspoint.eu-west-1.amazonaws.com, /a/b,"
                + " arn:aws:s3:eu-west-1:123456789012:accesspoint/my-ap/object/a/b/*",
        "ap-123456789012.s3-accesspoint-fips.dualstack.us-gov-west-1.amazonaws.com, '',"
                + " arn:aws-us-gov:s3:us-gov-west-1:123456789012:accesspoint/ap/object/*",
        "ap-123456789012.s3-accesspoint.cn-north-1.amazonaws.com.cn, '',"
                + " arn:aws-cn:s3:cn-north-1:123456789012:accesspoint/ap/object/*",
        "ap-123456789012.accesspoint.vpce-0a1b-xyz.s3.us-east-1.vpce.amazonaws.com, /a,"
                + " arn:aws:s3:us-east-1:123456789012:accesspoint/ap/object/a/*",
    })
    void namesTheAccessPoint(String host, String path, String resource) {
        List<Permission> permissions = permissions(host, path, "GET", "PUT");

        assertEquals(resource, only(permissions));
        assertEquals(Set.of("s3:GetObject", "s3:PutObject"), permissions.get(0).actions());
        assertFalse(notes.isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "bedrock-agentcore.us-east-1.amazonaws.com, '', bedrock-agentcore:InvokeAgentRuntime,"
                + " arn:aws:bedrock-agentcore:us-east-1:*:runtime/*",
        "tools-abc.gateway.bedrock-agentcore.us-east-1.amazonaws.com, /mcp, bedrock-agentcore:InvokeGateway,"
                + " arn:aws:bedrock-agentcore:us-east-1:*:gateway/tools-abc",
        "data-ats.iot.us-east-1.amazonaws.com, '', iot:Publish, arn:aws:iot:us-east-1:*:topic/*",
        "events.us-east-1.amazonaws.com, '', events:PutEvents, arn:aws:events:us-east-1:*:event-bus/*",
        "email.us-gov-west-1.amazonaws.com, '', ses:SendEmail;ses:SendRawEmail,"
                + " arn:aws-us-gov:ses:us-gov-west-1:*:identity/*",
        "runtime.sagemaker.us-east-1.amazonaws.com, /endpoints/m/invocations, sagemaker:InvokeEndpoint;"
                + "sagemaker:InvokeEndpointAsync;sagemaker:InvokeEndpointWithResponseStream,"
                + " arn:aws:sagemaker:us-east-1:*:endpoint/m",
        "states.us-east-1.amazonaws.com, '', states:StartExecution;states:StartSyncExecution,"
                + " arn:aws:states:us-east-1:*:stateMachine:*",
        "db.cluster-cabc.us-east-1.neptune.amazonaws.com, '', neptune-db:ReadDataViaQuery;"
                + "neptune-db:WriteDataViaQuery;neptune-db:DeleteDataViaQuery, arn:aws:neptune-db:us-east-1:*:*/*",
    })
    void namesActionsAndResource(String host, String path, String actions, String resource) {
        List<Permission> permissions = permissions(host, path);

        assertEquals(resource, only(permissions));
        assertEquals(actions, String.join(";", permissions.get(0).actions()));
    }

    @Test
    void writesOrReadsOfTimestreamNeedTheAddressOfTheirCellToo() {
        List<Permission> permissions = permissions("ingest-cell1.timestream.us-east-1.amazonaws.com", "");

        assertEquals(
                List.of(
                        new Permission(Set.of("timestream:DescribeEndpoints"), Set.of("*")),
                        new Permission(
                                Set.of("timestream:WriteRecords"),
                                Set.of("arn:aws:timestream:us-east-1:*:database/*/table/*"))),
                permissions);
    }

    @Test
    void saysSoWhereNothingIsKnown() {
        assertEquals(List.of(), permissions("api.sagemaker.us-east-1.amazonaws.com", ""));
        assertEquals(List.of(), permissions("kms.us-east-1.amazonaws.com", ""));
        assertEquals(2, notes.size());
    }
}
