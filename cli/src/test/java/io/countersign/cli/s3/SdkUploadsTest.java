package io.countersign.cli.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.standin.stats.Counter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * How the AWS SDK for Java and botocore frame their uploads, and that each object is stored as it is: by s3proxy, and by the stand-in,
 * which verifies trailers too. {@code scripts/verify uploads} has more clients and larger objects.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 150, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SdkUploadsTest {
    private static final List<Integer> SIZES = List.of(0, 1, 65_535, 65_536, 65_537, 1 << 20);
    private static final String SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";

    @TempDir(cleanup = CleanupMode.ALWAYS)
    static Path folder;

    private Stores stores;
    private Path files;

    @BeforeAll
    void start() throws Exception {
        stores = new Stores(Files.createDirectory(folder.resolve("stores")));
        files = Files.createDirectory(folder.resolve("files"));
        for (int size : SIZES) {
            byte[] bytes = new byte[size];
            new Random(size).nextBytes(bytes);
            Files.write(files.resolve(Integer.toString(size)), bytes);
        }
    }

    @AfterAll
    void stop() throws Exception {
        if (stores != null) {
            stores.close();
        }
    }

    private S3Client sdk(String scheme, String checksums) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", stores.authorityCertificate().getCertificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        return S3Client.builder()
                .endpointOverride(URI.create(stores.endpoint(scheme)))
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create("AKIDCALLER", "not-known-to-anyone")))
                .requestChecksumCalculation(RequestChecksumCalculation.valueOf(checksums.toUpperCase(Locale.ROOT)))
                .httpClient(UrlConnectionHttpClient.builder()
                        .tlsTrustManagersProvider(trust::getTrustManagers)
                        .build())
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "http, when_required, " + SIGNED,
        "http, when_supported, " + SIGNED + "-TRAILER",
        "https, when_required, UNSIGNED-PAYLOAD",
        "https, when_supported, STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    })
    void takesWhatTheSdkForJavaSends(String scheme, String checksums, String framing) throws Exception {
        try (S3Client client = sdk(scheme, checksums);
                Stream<Path> all = Files.list(files)) {
            String prefix = "java-" + scheme + "-" + checksums + "/";
            for (Path file : all.toList()) {
                String key = prefix + file.getFileName();
                for (String bucket : List.of("unsigned", "signed")) {
                    client.putObject(to -> to.bucket(bucket).key(key), RequestBody.fromFile(file));
                    Path back = folder.resolve("back");
                    Files.deleteIfExists(back);
                    client.getObject(from -> from.bucket(bucket).key(key), back);
                    assertEquals(-1, Files.mismatch(file, back), bucket + "/" + key);
                }
                String tag = client.putObject(to -> to.bucket("verified").key(key), RequestBody.fromFile(file))
                        .eTag();
                assertEquals(md5(file), tag.replace("\"", ""), key);
            }
            for (String bucket : List.of("unsigned", "signed", "verified")) {
                assertEquals(Set.of(framing), stores.framings().below("/" + bucket + "/" + prefix), bucket);
            }
            assertStandInAgrees();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http, put_object, SHA-256",
        "https, put_object-crc32, STREAMING-UNSIGNED-PAYLOAD-TRAILER in HTTP chunks",
    })
    void takesWhatBotocoreSends(String scheme, String variant, String framing) throws Exception {
        SdkClient botocore = new SdkClient(
                List.of(System.getProperty("sigv4.python", "/usr/bin/python3"), "../scripts/verify.d/sdks/uploads.py"),
                variant);
        String prefix = "botocore-" + scheme;
        Path out = Files.createTempDirectory(folder, "out");
        Map<String, String> tags = botocore.run(
                new SdkClient.Setting(stores, scheme, "when_required"),
                List.of(
                        new SdkClient.Job("unsigned", prefix, files, Optional.of(out)),
                        new SdkClient.Job("verified", prefix, files, Optional.empty())));
        for (int size : SIZES) {
            String name = Integer.toString(size);
            assertEquals(-1, Files.mismatch(files.resolve(name), out.resolve(name)), name);
            assertEquals(md5(files.resolve(name)), tags.get(name), name);
        }
        for (String bucket : List.of("unsigned", "verified")) {
            assertEquals(Set.of(framing), stores.framings().below("/" + bucket + "/" + prefix + "/"), bucket);
        }
        assertStandInAgrees();
    }

    private void assertStandInAgrees() {
        assertEquals(Map.of(), stores.standIn().stats().rejected());
        assertEquals(0, stores.standIn().stats().get(Counter.SDK_DISAGREED));
    }

    private static String md5(Path file) throws Exception {
        MessageDigest md5 = MessageDigest.getInstance("MD5");
        return HexFormat.of().formatHex(md5.digest(Files.readAllBytes(file)));
    }
}
