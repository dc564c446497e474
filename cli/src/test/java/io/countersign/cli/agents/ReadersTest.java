package io.countersign.cli.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.standin.StandIn;
import io.countersign.standin.StandInOptions;
import io.countersign.standin.verify.Credential;
import io.countersign.standin.verify.PathMode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sts.StsClient;

/** Whoever reads, or brings a signature of its own, is told AWS's error at once, in a form that it understands. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReadersTest {
    private static final Credential KEY = Credential.of("AKIDREADERS", "secret-of-readers");

    /** A client has some of its own, since an SDK does not send without: they are replaced. */
    private static final StaticCredentialsProvider OWN =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDCLIENT", "not-known-to-anyone"));

    @TempDir
    Path folder;

    private StandIn metrics;
    private StandIn store;
    private StandIn sts;
    private ProxyServer proxy;

    @BeforeEach
    void start() throws Exception {
        StandInOptions options = StandInOptions.defaults().withCredentials(List.of(KEY));
        metrics = StandIn.start(options.withService("aps"));
        store = StandIn.start(options.withService("s3").withPathMode(PathMode.S3));
        sts = StandIn.start(options.withService("sts"));
        proxy = ProxyServer.start(HoconSource.text(
                """
                countersign {
                  listeners = [{ bind = "127.0.0.1:0" }]
                  admin { bind = "127.0.0.1:0" }
                  drain { quiet = 10 ms }
                  credentials { default { access-key-id = "%s", secret-access-key = "%s" } }
                  routes {
                    metrics { match.path-prefix = "/api/v1", service = aps, %s }
                    store { match.path-prefix = "/bucket", service = s3, %s }
                    sts { service = sts, %s }
                  }
                }
                """.formatted(KEY.accessKey(), KEY.secretKey(), to(metrics), to(store), to(sts)), folder, Map.of()));
    }

    private String to(StandIn standIn) throws Exception {
        Path ca = Files.writeString(folder.resolve(standIn.port() + ".pem"), standIn.caPem());
        return "region = us-east-1, upstream = \"https://127.0.0.1:" + standIn.port() + "\", tls.ca = \"" + ca + "\"";
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        for (StandIn standIn : List.of(metrics, store, sts)) {
            standIn.close();
        }
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + proxy.address().getPort() + path);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return client.send(request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Grafana asks by POST, and shows the message of a 4xx; told 503, it would show nothing but that. */
    private HttpResponse<String> query() throws Exception {
        return send(HttpRequest.newBuilder(uri("/api/v1/query_range"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("query=up&start=1&end=2&step=1")));
    }

    @ParameterizedTest
    @CsvSource({
        "bare-permission, 403, is not authorized to perform: aps:RemoteWrite",
        "bare-scope, 403, Credential should be scoped",
        "ingestion-rate, 429, ingestion rate limit",
        "gateway-fault, 500, Internal server error"
    })
    void aQueryIsToldTheServicesError(String error, int status, String words) throws Exception {
        metrics.faults().add("{\"error\": \"" + error + "\"}");
        HttpResponse<String> answer = query();
        assertEquals(status, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains(words), answer.body());
        assertEquals(1, metrics.stats().requests(), "it is not kept waiting");
    }

    @Test
    void aQueryIsToldOfAnExpiredTokenThatFetchingDoesNotMend() throws Exception {
        metrics.faults().add("{\"error\": \"bare-expired-token\"}");
        HttpResponse<String> answer = query();
        assertEquals(403, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("The security token included in the request is expired"), answer.body());
        assertTrue(metrics.stats().requests() <= 2, "sent again once at most");
    }

    @Test
    void aReaderOfS3GetsXmlWithACode() throws Exception {
        store.faults().add("{\"errorForm\": \"s3\", \"reject\": \"AccessDeniedException\"}");
        HttpResponse<String> answer = send(HttpRequest.newBuilder(uri("/bucket/key")));
        assertEquals(403, answer.statusCode(), answer.body());
        assertEquals(
                "application/xml", answer.headers().firstValue("content-type").orElse(""));
        assertTrue(answer.body().contains("<Code>AccessDenied</Code>"), answer.body());
        assertEquals(1, store.stats().requests());
    }

    private S3Client s3() {
        return S3Client.builder()
                .endpointOverride(uri(""))
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(OWN)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .serviceConfiguration(settings -> settings.chunkedEncodingEnabled(false))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"AccessDeniedException", "UnrecognizedClientException", "InvalidSignatureException"})
    void anSdkThrowsItsOwnExceptionWithTheRightCode(String rejection) {
        Map<String, String> codes = Map.of(
                "AccessDeniedException", "AccessDenied",
                "UnrecognizedClientException", "InvalidAccessKeyId",
                "InvalidSignatureException", "SignatureDoesNotMatch");
        store.faults().add("{\"errorForm\": \"s3\", \"reject\": \"" + rejection + "\"}");
        try (S3Client client = s3()) {
            for (AwsServiceException thrown : Set.of(
                    assertThrows(
                            AwsServiceException.class,
                            () -> client.getObjectAsBytes(
                                    get -> get.bucket("bucket").key("key"))),
                    assertThrows(
                            AwsServiceException.class,
                            () -> client.putObject(
                                    put -> put.bucket("bucket").key("key"), RequestBody.fromString("body"))))) {
                assertEquals(403, thrown.statusCode(), thrown::getMessage);
                assertEquals(codes.get(rejection), thrown.awsErrorDetails().errorCode());
                assertFalse(thrown.awsErrorDetails().errorMessage().isBlank(), "a message");
                assertEquals(1, thrown.numAttempts(), "the SDK does not try again");
            }
        }
    }

    /** An SDK of another protocol; its POST brings a signature, so it is not taken for an agent's write. */
    @Test
    void anSdkThatPostsThrowsItsOwnExceptionToo() {
        String xml = "<ErrorResponse xmlns='https://sts.amazonaws.com/doc/2011-06-15/'><Error><Type>Sender</Type>"
                + "<Code>AccessDenied</Code><Message>User: arn:aws:iam::123456789012:user/a is not authorized to"
                + " perform: sts:AssumeRole</Message></Error><RequestId>1</RequestId></ErrorResponse>";
        sts.faults()
                .add("{\"status\": 403, \"headers\": {\"Content-Type\": \"text/xml\", \"x-amzn-RequestId\": \"1\"},"
                        + " \"body\": \"" + xml + "\"}");
        try (StsClient client = StsClient.builder()
                .endpointOverride(uri(""))
                .region(Region.US_EAST_1)
                .credentialsProvider(OWN)
                .httpClient(UrlConnectionHttpClient.create())
                .build()) {
            AwsServiceException thrown = assertThrows(
                    AwsServiceException.class,
                    () -> client.assumeRole(assume ->
                            assume.roleArn("arn:aws:iam::123456789012:role/b").roleSessionName("c")));
            assertEquals(403, thrown.statusCode(), thrown::getMessage);
            assertEquals("AccessDenied", thrown.awsErrorDetails().errorCode());
            assertTrue(thrown.awsErrorDetails().errorMessage().contains("is not authorized to perform"));
            assertEquals(1, thrown.numAttempts());
        }
    }
}
