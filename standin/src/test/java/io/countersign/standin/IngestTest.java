package io.countersign.standin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedOutputStream;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdCompressor;
import io.countersign.standin.ingest.RemoteWriteBody;
import io.countersign.standin.ingest.RemoteWriteBody.Sample;
import io.countersign.standin.stats.Counter;
import io.countersign.standin.verify.Credential;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestTest {
    private static final Credential KEY = Credential.of("AKIATEST", "secret");

    @TempDir
    Path folder;

    private StandIn start() throws Exception {
        return StandIn.start(
                StandInOptions.defaults().withCredentials(List.of(KEY)).withDataDir(folder));
    }

    private static SignedRequest write(byte[] body) {
        return SignedRequest.post("/prod/api/v1/write", body)
                .header("Content-Type", RemoteWriteBody.CONTENT_TYPE)
                .header("Content-Encoding", RemoteWriteBody.CONTENT_ENCODING)
                .sign(KEY);
    }

    private static byte[] twoSeries() {
        return new RemoteWriteBody()
                .series(
                        Map.of("__name__", "up", "job", "a\"b\\c\nd"),
                        List.of(new Sample(1000, 1), new Sample(2000, 0)))
                .sample(Map.of("job", "x", "__name__", "down"), 1000, 3.5)
                .toBytes();
    }

    @Test
    void countsSamplesDistinctOnesAndDuplicates() throws Exception {
        try (StandIn standIn = start();
                RawClient client = new RawClient(standIn)) {
            assertEquals(204, client.exchange(write(twoSeries())).status());
            assertEquals(204, client.exchange(write(twoSeries())).status());
            assertEquals(6, standIn.stats().samples());
            assertEquals(3, standIn.stats().distinct());
            assertEquals(3, standIn.stats().duplicates());
            assertEquals(
                    List.of(
                            "{__name__=\"up\",job=\"a\\\"b\\\\c\\nd\"} 1000",
                            "{__name__=\"up\",job=\"a\\\"b\\\\c\\nd\"} 2000",
                            "{__name__=\"down\",job=\"x\"} 1000"),
                    Files.readAllLines(folder.resolve("samples.log")).subList(0, 3));
        }
    }

    @Test
    void remembersSamplesAndAuthorityOverARestartAndDropsAHalfWrittenLine() throws Exception {
        String ca;
        try (StandIn standIn = start();
                RawClient client = new RawClient(standIn)) {
            client.exchange(write(twoSeries()));
            ca = standIn.caPem();
        }
        Files.writeString(folder.resolve("samples.log"), "{__name__=\"ha", StandardOpenOption.APPEND);
        try (StandIn standIn = start();
                RawClient client = new RawClient(standIn.port(), ca)) {
            assertEquals(3, standIn.stats().samples());
            assertEquals(204, client.exchange(write(twoSeries())).status());
            assertEquals(3, standIn.stats().distinct());
            assertEquals(6, Files.readAllLines(folder.resolve("samples.log")).size());
        }
    }

    @Test
    void keepsCountingPastTheSizesOfItsTables() throws Exception {
        RemoteWriteBody body = new RemoteWriteBody();
        for (int i = 0; i < 20_000; i++) {
            body.sample(Map.of("__name__", "m", "i", "" + i % 777), i, i);
        }
        try (StandIn standIn = start();
                RawClient client = new RawClient(standIn)) {
            client.exchange(write(body.toBytes()));
            client.exchange(write(body.toBytes()));
            assertEquals(20_000, standIn.stats().distinct());
            assertEquals(40_000, standIn.stats().samples());
        }
        try (StandIn again = start()) {
            assertEquals(20_000, again.stats().distinct());
            assertEquals(40_000, again.stats().samples());
        }
    }

    @Test
    void refusesCorruptBodies() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("corrupt bodies, seed " + seed);
        Random random = new Random(seed);
        try (StandIn standIn = start();
                RawClient client = new RawClient(standIn)) {
            assertEquals(
                    400, client.exchange(write("no snappy".getBytes(UTF_8))).status());
            for (int i = 0; i < 300; i++) {
                byte[] body = twoSeries();
                body[random.nextInt(body.length)] = (byte) random.nextInt();
                int status = client.exchange(write(Arrays.copyOf(body, 1 + random.nextInt(body.length))))
                        .status();
                assertTrue(status == 400 || status == 204, "status " + status);
            }
            assertTrue(standIn.stats().get(Counter.CORRUPT) > 200);
        }
    }

    @Test
    void readsZstdAsVmagentSendsIt() throws Exception {
        byte[] snappy = twoSeries();
        byte[] plain = new byte[SnappyDecompressor.getUncompressedLength(snappy, 0)];
        new SnappyDecompressor().decompress(snappy, 0, snappy.length, plain, 0, plain.length);
        ZstdCompressor zstd = new ZstdCompressor();
        byte[] buffer = new byte[zstd.maxCompressedLength(plain.length)];
        int length = zstd.compress(plain, 0, plain.length, buffer, 0, buffer.length);
        try (StandIn standIn = start();
                RawClient client = new RawClient(standIn)) {
            SignedRequest request = SignedRequest.post("/api/v1/write", Arrays.copyOf(buffer, length))
                    .header("Content-Type", "application/x-protobuf")
                    .header("Content-Encoding", "zstd")
                    .sign(KEY);
            assertEquals(204, client.exchange(request).status());
            assertEquals(3, standIn.stats().samples());
        }
    }

    @Test
    void asksForVersionOneOfRemoteWrite() throws Exception {
        try (StandIn standIn = start();
                RawClient client = new RawClient(standIn)) {
            SignedRequest request = SignedRequest.post("/api/v1/write", twoSeries())
                    .header("Content-Type", "application/x-protobuf;proto=io.prometheus.write.v2.Request")
                    .header("Content-Encoding", "snappy")
                    .sign(KEY);
            assertEquals(415, client.exchange(request).status());
        }
    }

    @Test
    void countsLokiEntriesInJsonPlainAndZipped() throws Exception {
        String push = "{\"streams\":[{\"stream\":{\"app\":\"x\"},\"values\":[[\"1700000000000000000\",\"one\"],"
                + "[\"1700000000000000001\",\"two\\nlines\",{\"trace\":\"t\"}]]}]}";
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(push.getBytes(UTF_8));
        }
        try (StandIn standIn = start();
                RawClient client = new RawClient(standIn)) {
            SignedRequest plain = SignedRequest.post("/loki/api/v1/push", push.getBytes(UTF_8))
                    .header("Content-Type", "application/json");
            SignedRequest gzip = SignedRequest.post("/loki/api/v1/push", zipped.toByteArray())
                    .header("Content-Type", "application/json")
                    .header("Content-Encoding", "gzip");
            assertEquals(204, client.exchange(plain.sign(KEY)).status());
            assertEquals(204, client.exchange(gzip.sign(KEY)).status());
            assertEquals(4, standIn.stats().lokiEntries());
            assertEquals(2, standIn.stats().lokiDistinct());
            assertEquals(
                    "{app=\"x\"} 1700000000000000001 \"two\\nlines\"",
                    Files.readAllLines(folder.resolve("loki-entries.log")).get(1));
        }
    }

    @Test
    void countsOtlpItems() throws Exception {
        byte[] point = {0x31, 1, 2, 3, 4, 5, 6, 7, 8};
        byte[] metric = field(5, concat(field(1, point), field(1, new byte[0])));
        byte[] metrics = field(1, field(2, concat(field(2, metric), field(2, metric))));
        byte[] spans = field(1, field(2, concat(field(2, point), field(2, point), field(2, new byte[0]))));
        try (StandIn standIn = start();
                RawClient client = new RawClient(standIn)) {
            for (Map.Entry<String, byte[]> export : Map.of(
                            "/v1/metrics", metrics, "/v1/traces", spans, "/v1/logs", spans)
                    .entrySet()) {
                SignedRequest request = SignedRequest.post(export.getKey(), export.getValue())
                        .header("Content-Type", "application/x-protobuf");
                assertEquals(200, client.exchange(request.sign(KEY)).status());
            }
            assertEquals(4, standIn.stats().get(Counter.OTLP_DATA_POINTS));
            assertEquals(3, standIn.stats().get(Counter.OTLP_SPANS));
            assertEquals(3, standIn.stats().get(Counter.OTLP_LOG_RECORDS));
            assertEquals(10, standIn.stats().otlpItems());
            assertEquals(6, standIn.stats().otlpDistinct());
        }
    }

    private static byte[] field(int number, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeByteArray(number, content);
        out.flush();
        return bytes.toByteArray();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }
}
