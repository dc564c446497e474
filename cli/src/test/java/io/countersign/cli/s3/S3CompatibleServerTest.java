package io.countersign.cli.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.RemoteLoad;
import io.countersign.proxy.access.Rule;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.sigv4.StreamingPayload;
import io.countersign.testing.Await;
import io.countersign.testing.AwsFrames;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a plain {@code curl -T} sends through Countersign, s3proxy takes, which shares no code with us and verifies every
 * signature. Each bucket has its route: payload unsigned, signed, signature in the query, and keys that are wrong.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 150, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class S3CompatibleServerTest {
    private static final String ACCESS_KEY = "AKIDEXAMPLE";
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    /** Bytes of the large upload: {@code -Ds3.large=1073741824} for a whole GiB. */
    private static final long LARGE = Long.getLong("s3.large", 64L << 20);

    @TempDir(cleanup = CleanupMode.ALWAYS)
    static Path folder;

    private S3Proxy server;
    private ProxyServer proxy;
    private Curl curl;
    private Path ca;

    @BeforeAll
    void start() throws Exception {
        Certificate certificate = Certificate.create(folder);
        ca = certificate.pem();
        server = S3Proxy.builder()
                .blobStore(new FilesystemNio2BlobStore(
                        Files.createDirectory(folder.resolve("store")).toString()))
                .secureEndpoint(URI.create("https://127.0.0.1:0"))
                .keyStore(certificate.keyStore().toString(), certificate.password())
                .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET)
                .build();
        server.start();
        proxy = ProxyServer.start(HoconSource.text(config(ca), folder, Map.of()));
        curl = new Curl(Files.createDirectory(folder.resolve("curl")));
        for (String bucket : List.of("unsigned", "signed", "query")) {
            assertEquals(200, curl.run("-X", "PUT", url(bucket, "")).status(), bucket);
        }
    }

    @AfterAll
    void stop() throws Exception {
        if (proxy != null) {
            proxy.close();
        }
        if (server != null) {
            server.stop();
        }
    }

    private String config(Path ca) {
        String upstream = "upstream = \"https://127.0.0.1:" + server.getSecurePort()
                + "\", service = s3, region = us-east-1, tls.ca = \"" + ca + "\"";
        return """
            countersign {
              listeners = [ { bind = "127.0.0.1:0" } ]
              admin { bind = "127.0.0.1:0" }
              credentials {
                default { access-key-id = "%s", secret-access-key = "%s" }
                wrong { access-key-id = "%s", secret-access-key = "not-the-one-that-the-server-knows" }
              }
              routes {
                unsigned { match.path-prefix = "/unsigned", payload = unsigned, %4$s }
                signed { match.path-prefix = "/signed", limits.body = 32 MiB, %4$s }
                query { match.path-prefix = "/query", signature-in = query, limits.body = 32 MiB, %4$s }
                wrong { match.path-prefix = "/wrong", credentials = wrong, %4$s }
              }
            }
            """.formatted(ACCESS_KEY, SECRET, ACCESS_KEY, upstream);
    }

    /** The proof that the others prove something. */
    @Test
    void theServerVerifies() throws Exception {
        Curl.Answer answer = curl.run(url("wrong", "/key"));
        assertEquals(403, answer.status());
        assertTrue(answer.text().contains("SignatureDoesNotMatch"), answer.text());
    }

    /** By a key that has to be spelt as S3 spells it. */
    @Test
    void aListIsFetchedFromABucket() throws Exception {
        Path file = Files.writeString(folder.resolve("allow.list"), "10.1.2.0/24 # payments\n");
        String key = "/lists/pay%20ments%2B%C3%A4.list";
        assertEquals(200, curl.run("-T", file.toString(), url("signed", key)).status());
        LoadResult.Loaded loaded = (LoadResult.Loaded) fetch("", SECRET);
        Rule rule = loaded.config()
                .access()
                .rules()
                .decide(Caller.ofSocket(InetAddress.getByName("10.1.2.3")))
                .by();
        assertEquals("s3://signed/lists/pay ments+\u00e4.list:1", rule.source());
        assertEquals("payments", rule.comment().orElse("none"));
        String wrong = fetch("", "not-the-one-that-the-server-knows").toString();
        assertTrue(wrong.contains("the server answered 403 SignatureDoesNotMatch"), wrong);
        String missing = fetch("no-such-", SECRET).toString();
        assertTrue(missing.contains("the server answered 404 NoSuchKey"), missing);
    }

    private LoadResult fetch(String prefix, String secret) {
        String list = "s3://signed/lists/" + prefix + "pay ments+\u00e4.list";
        HoconSource source = HoconSource.text(
                config(ca).replace(SECRET, secret) + "countersign.access { allow-files = [\"" + list
                        + "\"], lists-region = us-east-1, lists-ca = \"" + ca + "\" }\n",
                folder,
                Map.of());
        Environment environment =
                Environment.of(Map.of("AWS_ENDPOINT_URL_S3", "https://127.0.0.1:" + server.getSecurePort()));
        return RemoteLoad.load(source, environment, Clock.systemUTC());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "with%20space",
                "with+plus",
                "with%2Bplus%2bescaped",
                "100%25",
                "%2525",
                "gr%C3%BC%C3%9Fe%20%E2%82%AC",
                "%e2%82%ac",
                "a/b/c",
                "a!b$c'(d)*,;:@=&e",
                "~tilde%7Eescaped",
                "needlessly%41%62",
                "state=fl/city=orlando/1.json",
            })
    void takesEveryKey(String key) throws Exception {
        for (String bucket : List.of("unsigned", "signed", "query")) {
            Path file = Files.writeString(folder.resolve("key"), "content of " + key);
            String url = url(bucket, "/" + key);
            assertEquals(200, curl.run("-T", file.toString(), url).status(), url);
            Curl.Answer back = curl.run(url);
            assertEquals(200, back.status(), url);
            assertEquals("content of " + key, back.text());
            Curl.Answer listed = curl.run(
                    url(bucket, "?list-type=2&prefix=" + key.replace("+", "%2B").replace("&", "%26")));
            assertTrue(listed.text().contains("<KeyCount>1</KeyCount>"), listed.text());
        }
    }

    /** The server's store is a folder, which knows no empty names; that the signature holds for them is ours to show. */
    @Test
    void takesAKeyWithEmptyParts() throws Exception {
        for (String bucket : List.of("unsigned", "signed", "query")) {
            Path file = Files.writeString(folder.resolve("slashes"), "content");
            String url = url(bucket, "/gaps//between///of%20a%20key");
            assertEquals(200, curl.run("-T", file.toString(), url).status(), url);
            assertEquals("content", curl.run(url).text());
        }
    }

    @Test
    void takesAnEmptyObject() throws Exception {
        Path file = Files.write(folder.resolve("empty"), new byte[0]);
        for (String bucket : List.of("unsigned", "signed", "query")) {
            assertEquals(
                    200, curl.run("-T", file.toString(), url(bucket, "/empty")).status());
            assertEquals("0", curl.run("-I", url(bucket, "/empty")).field("content-length"));
        }
    }

    @Test
    void takesFiveMegabytes() throws Exception {
        byte[] bytes = new byte[5_000_000];
        new Random(5).nextBytes(bytes);
        Path file = Files.write(folder.resolve("five"), bytes);
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        for (String bucket : List.of("unsigned", "signed", "query")) {
            String url = url(bucket, "/five");
            assertEquals(200, curl.run("-T", file.toString(), url).status());
            assertEquals(-1, Files.mismatch(file, curl.run(url).body()), url);
            assertEquals(
                    200,
                    curl.run("-T", file.toString(), "-H", "x-amz-content-sha256: " + sha256, url)
                            .status());
            assertEquals(-1, Files.mismatch(file, curl.run(url).body()), url);
        }
    }

    /** As an AWS SDK frames it, whose credentials are nobody's here: the server verifies the chunks as they are signed anew. */
    @ParameterizedTest
    @EnumSource(StreamingPayload.class)
    void takesFramesOfChunks(StreamingPayload form) throws Exception {
        byte[] bytes = new byte[1_000_000];
        new Random(6).nextBytes(bytes);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        String checksum = Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
        Map<String, String> trailers = form.hasTrailer() ? Map.of("x-amz-checksum-crc32", checksum) : Map.of();
        List<String> chunks = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += 1 << 16) {
            chunks.add(new String(bytes, at, Math.min(1 << 16, bytes.length - at), StandardCharsets.ISO_8859_1));
        }
        String framed = form.isSigned() ? AwsFrames.signed(chunks, trailers) : AwsFrames.unsigned(chunks, trailers);
        Path file = Files.writeString(folder.resolve("framed"), framed, StandardCharsets.ISO_8859_1);
        for (String bucket : List.of("unsigned", "signed")) {
            String url = url(bucket, "/framed-" + form);
            List<String> call = new ArrayList<>(List.of("-T", file.toString(), url));
            for (String field : List.of(
                    "Authorization: AWS4-HMAC-SHA256 Credential=AKIAOTHER/20130524/us-east-1/s3/aws4_request,"
                            + " SignedHeaders=host, Signature=" + "0".repeat(64),
                    "X-Amz-Content-Sha256: " + form.value(),
                    "X-Amz-Decoded-Content-Length: " + bytes.length,
                    "Content-Encoding: aws-chunked")) {
                call.addAll(List.of("-H", field));
            }
            if (form.hasTrailer()) {
                call.addAll(List.of("-H", "X-Amz-Trailer: x-amz-checksum-crc32"));
            }
            Curl.Answer answer = curl.run(call.toArray(String[]::new));
            assertEquals(200, answer.status(), answer.head());
            assertEquals(
                    -1, Arrays.mismatch(bytes, Files.readAllBytes(curl.run(url).body())), url);
        }
    }

    /** Netty's buffers are all that the body is ever in: what they take at most is far from the body's size. */
    @Test
    void streamsALargeObjectAtConstantMemory() throws Exception {
        Path file = folder.resolve("large");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(LARGE);
        }
        ByteBufAllocatorMetric buffers = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
        long before = buffers.usedDirectMemory() + buffers.usedHeapMemory();
        AtomicLong most = new AtomicLong();
        AtomicBoolean over = new AtomicBoolean();
        Thread watch = new Thread(() -> {
            while (!over.get()) {
                most.accumulateAndGet(buffers.usedDirectMemory() + buffers.usedHeapMemory(), Math::max);
                Await.pace(Duration.ofMillis(1));
            }
        });
        watch.start();
        Curl.Answer answer = curl.run("-T", file.toString(), url("unsigned", "/large"));
        over.set(true);
        watch.join();
        assertEquals(200, answer.status(), answer.head());
        assertEquals('"' + md5OfZeros() + '"', answer.field("etag"));
        long grown = most.get() - before;
        System.out.println("a body of " + LARGE + " bytes took " + grown + " bytes of buffers");
        assertTrue(grown < 16 << 20, "a body of " + LARGE + " bytes took " + grown + " bytes of buffers");
    }

    private static String md5OfZeros() throws Exception {
        MessageDigest md5 = MessageDigest.getInstance("MD5");
        byte[] piece = new byte[1 << 16];
        for (long left = LARGE; left > 0; left -= piece.length) {
            md5.update(piece, 0, (int) Math.min(piece.length, left));
        }
        return HexFormat.of().formatHex(md5.digest());
    }

    private String url(String bucket, String rest) {
        return "http://127.0.0.1:" + proxy.address().getPort() + "/" + bucket + rest;
    }
}
