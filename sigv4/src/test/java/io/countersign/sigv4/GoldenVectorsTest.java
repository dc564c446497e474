package io.countersign.sigv4;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The worked examples that AWS has published: "Create a signed AWS API request" (IAM), "Authenticating Requests" by
 * header and by query parameters (S3), and the cases of its signing test suite.
 */
class GoldenVectorsTest {
    private static final AwsCredentials IAM_KEYS =
            AwsCredentials.longLived("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    private static final Instant IAM_TIME = Instant.parse("2015-08-30T12:36:00Z");
    private static final AwsCredentials S3_KEYS =
            AwsCredentials.longLived("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    private static final Instant S3_TIME = Instant.parse("2013-05-24T00:00:00Z");
    private static final SigningContext S3 = new SigningContext("us-east-1", "s3", PathStyle.S3, true, true);
    private static final Header S3_HOST = new Header("Host", "examplebucket.s3.amazonaws.com");

    @Test
    void listUsersOfIam() {
        SigningContext context = new SigningContext("us-east-1", "iam", PathStyle.AWS, true, false);
        SigningRequest request = new SigningRequest(
                "GET",
                "/",
                "Action=ListUsers&Version=2010-05-08",
                List.of(
                        new Header("Host", "iam.amazonaws.com"),
                        new Header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")),
                PayloadHash.EMPTY);

        Explanation explanation = new HeaderSigner().explain(request, context, IAM_KEYS, IAM_TIME);

        assertEquals("""
                GET
                /
                Action=ListUsers&Version=2010-05-08
                content-type:application/x-www-form-urlencoded; charset=utf-8
                host:iam.amazonaws.com
                x-amz-date:20150830T123600Z

                content-type;host;x-amz-date
                e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855""", explanation.canonicalRequest());
        assertEquals(
                "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59", explanation.canonicalRequestHash());
        assertEquals("""
                AWS4-HMAC-SHA256
                20150830T123600Z
                20150830/us-east-1/iam/aws4_request
                f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59""", explanation.stringToSign());
        assertEquals("20150830/us-east-1/iam/aws4_request", explanation.credentialScope());
        assertEquals("content-type;host;x-amz-date", explanation.signedHeaders());
        assertEquals("5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7", explanation.signature());
        assertEquals(
                new SignedHeaders(
                        "20150830T123600Z",
                        null,
                        null,
                        null,
                        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
                                + "SignedHeaders=content-type;host;x-amz-date, "
                                + "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"),
                new HeaderSigner().sign(request, context, IAM_KEYS, IAM_TIME));
    }

    @Test
    void s3GetsPartOfAnObject() {
        assertEquals(
                "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
                s3("GET", "/test.txt", null, PayloadHash.EMPTY, S3_HOST, new Header("Range", "bytes=0-9")));
    }

    @Test
    void s3PutsAnObject() {
        byte[] body = "Welcome to Amazon S3.".getBytes(StandardCharsets.UTF_8);
        PayloadHash hash = new PayloadHash();
        hash.update(body, 0, body.length);
        String payloadHash = hash.hex();

        assertEquals("44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072", payloadHash);
        assertEquals(
                "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
                s3(
                        "PUT",
                        "/test%24file.text",
                        null,
                        payloadHash,
                        S3_HOST,
                        new Header("Date", "Fri, 24 May 2013 00:00:00 GMT"),
                        new Header("x-amz-storage-class", "REDUCED_REDUNDANCY")));
    }

    @Test
    void s3GetsALifecycleByAParameterWithoutValue() {
        assertEquals(
                "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
                s3("GET", "/", "lifecycle", PayloadHash.EMPTY, S3_HOST));
    }

    @Test
    void s3ListsABucket() {
        assertEquals(
                "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
                s3("GET", "/", "max-keys=2&prefix=J", PayloadHash.EMPTY, S3_HOST));
    }

    @Test
    void s3PresignsAnObject() {
        SigningContext context = new SigningContext("us-east-1", "s3", PathStyle.S3, true, false);
        SigningRequest request =
                new SigningRequest("GET", "/test.txt", null, List.of(S3_HOST), SigningRequest.UNSIGNED_PAYLOAD);

        assertEquals(
                "X-Amz-Algorithm=AWS4-HMAC-SHA256"
                        + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                        + "&X-Amz-Date=20130524T000000Z&X-Amz-SignedHeaders=host&X-Amz-Expires=86400"
                        + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
                new QuerySigner().signedQuery(request, context, S3_KEYS, S3_TIME, Duration.ofDays(1)));
    }

    @Test
    void suiteGetsTheRoot() {
        assertEquals("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", suite("/", PathStyle.AWS));
    }

    @Test
    void suiteEncodesASpaceThatCameUnencoded() {
        String signature = "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741";

        assertEquals(signature, suite("/example space/", PathStyle.AWS));
        assertEquals(signature, suite("/example space/", PathStyle.S3));
    }

    @Test
    void suitePresignsAQueryInUtf8() {
        assertEquals("0bdd809b1519ac4f0c1dc3540e2cc46bd0c7f778eda408b2ebf3b913d21ff600", suitePresigned("\u1234=bar"));
    }

    @Test
    void suiteSortsAQueryAsEncoded() {
        assertEquals(
                "c5f1848ceec943ac2ca68ee720460c23aaae30a2300586597ada94c4a65e4787",
                suitePresigned("Param-3=Value3&Param=Value2&%E1%88%B4=Value1"));
    }

    private static String s3(String method, String path, String query, String payloadHash, Header... headers) {
        SigningRequest request = new SigningRequest(method, path, query, List.of(headers), payloadHash);
        return new HeaderSigner().explain(request, S3, S3_KEYS, S3_TIME).signature();
    }

    private static String suite(String path, PathStyle style) {
        SigningContext context = new SigningContext("us-east-1", "service", style, true, false);
        return new HeaderSigner()
                .explain(suiteRequest(path, null), context, IAM_KEYS, IAM_TIME)
                .signature();
    }

    private static String suitePresigned(String query) {
        SigningContext context = new SigningContext("us-east-1", "service", PathStyle.AWS, true, false);
        return new QuerySigner()
                .explain(suiteRequest("/", query), context, IAM_KEYS, IAM_TIME, Duration.ofHours(1))
                .signature();
    }

    private static SigningRequest suiteRequest(String path, String query) {
        List<Header> headers = List.of(new Header("Host", "example.amazonaws.com"));
        return new SigningRequest("GET", path, query, headers, PayloadHash.EMPTY);
    }
}
