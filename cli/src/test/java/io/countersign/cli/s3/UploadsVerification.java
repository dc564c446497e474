package io.countersign.cli.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.standin.stats.Counter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The clients that users have, each in a process of its own: how each frames its uploads, which is compared with the table in
 * docs/services/s3.md, and that every object comes back as it was. {@code scripts/verify uploads} runs it, and brings the clients.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 1800, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UploadsVerification {
    private static final String TRUST = "loopback-only";
    private static final List<String> COLUMNS =
            List.of("http, when_required", "http, when_supported", "https, when_required", "https, when_supported");

    /** A regular expression of the names of those to run. */
    private static final String CLIENTS = System.getProperty("uploads.clients", ".*");

    private static final int EIGHT_MIB = 8 << 20;
    private static final int LARGE = Integer.getInteger("uploads.large", 100_000_000);

    /** Below the size from which clients upload in parts. */
    private static final List<Integer> SMALL = Arrays.stream(
                    System.getProperty("uploads.sizes", "0,1,65535,65536,65537,1048576")
                            .split(",", -1))
            .map(Integer::valueOf)
            .toList();

    @TempDir(cleanup = CleanupMode.ALWAYS)
    static Path folder;

    private Stores stores;
    private Path small;
    private Path all;
    private int runs;
    private final Map<String, Map<String, String>> table = new LinkedHashMap<>();

    /** @param inParts whether it uploads large objects in parts, which the stand-in doesn't put together */
    record Subject(String name, SdkClient client, boolean inParts) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    void start() throws Exception {
        stores = new Stores(Files.createDirectory(folder.resolve("stores")));
        small = files("small", SMALL);
        List<Integer> sizes = new ArrayList<>(SMALL);
        sizes.addAll(List.of(EIGHT_MIB, LARGE));
        all = files("all", sizes);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", stores.authorityCertificate().getCertificate());
        try (OutputStream out = Files.newOutputStream(trustStore())) {
            trusted.store(out, TRUST.toCharArray());
        }
    }

    @AfterAll
    void stop() throws Exception {
        table.forEach((client, cells) ->
                System.out.println("| " + client + " | " + String.join(" | ", cells.values()) + " |"));
        if (stores != null) {
            stores.close();
        }
    }

    private static Path trustStore() {
        return folder.resolve("trusted.p12");
    }

    private static Path files(String name, List<Integer> sizes) throws IOException {
        Path made = Files.createDirectory(folder.resolve(name));
        for (int size : sizes) {
            byte[] bytes = new byte[size];
            new Random(size).nextBytes(bytes);
            Files.write(made.resolve("%09d".formatted(size)), bytes);
        }
        return made;
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        assertTrue(value != null, () -> "-D" + name + " is missing: scripts/verify uploads sets it");
        return value;
    }

    private static List<Subject> subjects() {
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djavax.net.ssl.trustStore=" + trustStore(),
                "-Djavax.net.ssl.trustStorePassword=" + TRUST,
                "-cp",
                property("uploads.java"),
                "Uploads");
        List<String> python = List.of(property("uploads.python"), property("uploads.sdks") + "/uploads.py");
        List<String> go = List.of(property("uploads.go"));
        return Stream.of(
                        new Subject("SDK for Java 2, URL connection", new SdkClient(java, "url-connection"), false),
                        new Subject("SDK for Java 2, Apache 4", new SdkClient(java, "apache"), false),
                        new Subject("SDK for Java 2, Apache 5", new SdkClient(java, "apache5"), false),
                        new Subject("SDK for Java 2, Netty", new SdkClient(java, "netty"), false),
                        new Subject("SDK for Java 2, transfer manager", new SdkClient(java, "transfer-manager"), true),
                        new Subject("boto3, `put_object`", new SdkClient(python, "put_object"), false),
                        new Subject("boto3, `upload_file`", new SdkClient(python, "upload_file"), true),
                        new Subject("AWS CLI, `aws s3api put-object`", new SdkClient(python, "s3api"), false),
                        new Subject("AWS CLI, `aws s3 cp`", new SdkClient(python, "s3-cp"), true),
                        new Subject("SDK for Go 2, `PutObject`", new SdkClient(go, "put-object"), false),
                        new Subject("SDK for Go 2, `manager`", new SdkClient(go, "manager"), true),
                        new Subject("minio-go", new SdkClient(go, "minio"), false))
                .filter(subject -> subject.name().matches(CLIENTS))
                .toList();
    }

    static Stream<Arguments> cases() {
        return subjects().stream()
                .flatMap(subject -> COLUMNS.stream()
                        .map(column -> column.split(", ", -1))
                        .map(parts -> Arguments.of(subject, parts[0], parts[1])));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyObjectIsStoredAsItIs(Subject subject, String scheme, String checksums) throws Exception {
        String prefix = "run" + ++runs;
        SdkClient.Job unsigned = new SdkClient.Job("unsigned", prefix, all, Optional.of(newFolder()));
        SdkClient.Job signed = new SdkClient.Job("signed", prefix, small, Optional.of(newFolder()));
        SdkClient.Job verified =
                new SdkClient.Job("verified", prefix, subject.inParts() ? small : all, Optional.empty());
        Map<String, String> tags = subject.client()
                .run(new SdkClient.Setting(stores, scheme, checksums), List.of(unsigned, signed, verified));
        assertSame(unsigned);
        assertSame(signed);
        assertTags(subject, verified.in(), tags);
        assertEquals(Map.of(), stores.standIn().stats().rejected());
        assertEquals(0, stores.standIn().stats().get(Counter.SDK_DISAGREED));
        String seen = seen(prefix);
        System.out.println("uploads: " + subject + ", " + scheme + ", " + checksums + ": " + seen);
        table.computeIfAbsent(subject.name(), name -> new LinkedHashMap<>()).put(scheme + ", " + checksums, seen);
        assertEquals(documented(subject.name(), scheme + ", " + checksums), seen);
    }

    /** How objects were framed, and how empty and large ones, where that is another way. */
    private String seen(String prefix) throws IOException {
        Set<String> empty = new TreeSet<>();
        Set<String> large = new TreeSet<>();
        Set<String> others = new TreeSet<>();
        try (Stream<Path> files = Files.list(all)) {
            for (Path file : files.toList()) {
                Set<String> of = Files.size(file) == 0 ? empty : Files.size(file) >= EIGHT_MIB ? large : others;
                for (String bucket : List.of("unsigned", "signed", "verified")) {
                    of.addAll(stores.framings().below("/" + bucket + "/" + prefix + "/" + file.getFileName()));
                }
            }
        }
        return inWords(others) + difference("empty", empty, others) + difference("8 MiB", large, others);
    }

    private static String difference(String what, Set<String> some, Set<String> others) {
        return some.isEmpty() || some.equals(others) ? "" : "; " + what + ": " + inWords(some);
    }

    private static Path newFolder() throws IOException {
        return Files.createTempDirectory(folder, "out");
    }

    private static void assertSame(SdkClient.Job job) throws IOException {
        try (Stream<Path> files = Files.list(job.in())) {
            for (Path file : files.toList()) {
                Path back = job.out().orElseThrow().resolve(file.getFileName());
                assertEquals(-1, Files.mismatch(file, back), () -> job + ": " + file.getFileName());
                Files.delete(back);
            }
        }
    }

    /** The stand-in's answers; some clients keep them to themselves. */
    private static void assertTags(Subject subject, Path in, Map<String, String> tags) throws Exception {
        try (Stream<Path> files = Files.list(in)) {
            for (Path file : files.toList()) {
                String tag = tags.get(file.getFileName().toString());
                assertTrue(tag.isEmpty() ? subject.inParts() : tag.equals(md5(file)), () -> file + ": " + tag);
            }
        }
    }

    private static String md5(Path file) throws Exception {
        MessageDigest md5 = MessageDigest.getInstance("MD5");
        return HexFormat.of().formatHex(md5.digest(Files.readAllBytes(file)));
    }

    private static String inWords(Set<String> framings) {
        return String.join(" or ", framings)
                .replace("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "signed, trailer")
                .replace("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "signed")
                .replace("STREAMING-UNSIGNED-PAYLOAD-TRAILER", "trailer")
                .replace("SHA-256", "hash")
                .replace("UNSIGNED-PAYLOAD", "no hash");
    }

    /** The cell of the table in docs/services/s3.md, whose columns are the cases in their order. */
    private static String documented(String client, String column) throws IOException {
        for (String line : Files.readAllLines(Path.of("../docs/services/s3.md"))) {
            String[] cells = line.split(" *\\| *", -1);
            if (cells.length == COLUMNS.size() + 3 && cells[1].equals(client)) {
                return cells[2 + COLUMNS.indexOf(column)];
            }
        }
        return "not in docs/services/s3.md";
    }
}
