package io.countersign.standin.upload;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.standin.upload.UploadException.Kind;
import io.countersign.standin.wire.HeaderLine;
import io.countersign.standin.wire.RequestHead;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class UploadVerifierTest {
    private static final Seed SEED = new Seed(
            "AKIDEXAMPLE", "secret", "us-east-1", "s3", Instant.parse("2026-01-02T03:04:05Z"), "5eed".repeat(16));
    private static final String CRC = "x-amz-checksum-crc32";

    private final List<Boolean> agreements = new ArrayList<>();
    private final UploadVerifier verifier = new UploadVerifier(agreements::add);

    private static RequestHead head(Form form, String... fields) {
        List<HeaderLine> lines = new ArrayList<>();
        lines.add(new HeaderLine("X-Amz-Content-Sha256", form.value()));
        for (String field : fields) {
            String[] parts = field.split(": ", 2);
            lines.add(new HeaderLine(parts[0], parts[1]));
        }
        return new RequestHead("PUT", "/bucket/key", 1, lines, 0, false, "");
    }

    private static RequestHead usual(Form form, int length) {
        String decoded = "x-amz-decoded-content-length: " + length;
        return form.hasTrailer() ? head(form, decoded, "x-amz-trailer: " + CRC) : head(form, decoded);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static String framed(Form form, List<String> chunks, Trailer... trailers) {
        Chain chain = new TextbookChain(SEED);
        StringBuilder out = new StringBuilder();
        for (String chunk : chunks) {
            out.append(head(form, chain, chunk)).append(chunk).append("\r\n");
        }
        out.append(head(form, chain, ""));
        for (Trailer trailer : trailers) {
            out.append(trailer.name()).append(':').append(trailer.value()).append("\r\n");
        }
        if (form == Form.SIGNED_TRAILER) {
            out.append("x-amz-trailer-signature:")
                    .append(chain.trailers(Arrays.asList(trailers)))
                    .append("\r\n");
        }
        return out.append("\r\n").toString();
    }

    private static String head(Form form, Chain chain, String chunk) {
        String signature = form.isSigned() ? ";chunk-signature=" + chain.chunk(bytes(chunk)) : "";
        return Integer.toHexString(chunk.length()) + signature + "\r\n";
    }

    private static String usual(Form form, List<String> chunks) {
        Trailer crc = new Trailer(CRC, Checksum.CRC32.of(bytes(String.join("", chunks))));
        return form.hasTrailer() ? framed(form, chunks, crc) : framed(form, chunks);
    }

    private void verify(RequestHead head, String body) throws UploadException {
        verifier.verify(head, bytes(body), Form.of(head).orElseThrow(), SEED);
    }

    private Kind refusal(RequestHead head, String body) {
        return assertThrows(UploadException.class, () -> verify(head, body), () -> "taken: " + body)
                .kind();
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void takesChunksOfEightKibibytesAndASmallerLastOne(Form form) throws Exception {
        List<String> chunks = List.of("a".repeat(8192), "b".repeat(9000), "c");
        verify(usual(form, 17193), usual(form, chunks));
        assertArrayEquals(
                bytes(String.join("", chunks)), UploadVerifier.object(usual(form, 17193), bytes(usual(form, chunks))));
        verify(usual(form, 0), usual(form, List.of()));
        assertTrue(agreements.stream().allMatch(agreed -> agreed), "the SDK computes the same");
        assertEquals(form.isSigned(), !agreements.isEmpty());
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void refusesASmallChunkBeforeTheLast(Form form) {
        List<String> chunks = List.of("a".repeat(8191), "b");
        assertEquals(Kind.CHUNK_SIZE, refusal(usual(form, 8192), usual(form, chunks)));
    }

    /** Each byte with its lowest bit turned; the client's meaning is in no other place. */
    @ParameterizedTest
    @EnumSource(Form.class)
    void refusesEveryMutation(Form form) {
        String body = usual(form, List.of("hello"));
        for (int i = 0; i < body.length(); i++) {
            char[] changed = body.toCharArray();
            changed[i] = (char) (changed[i] ^ 1);
            refusal(usual(form, 5), new String(changed));
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void refusesWhatIsNotWhole(Form form) {
        String body = usual(form, List.of("hello"));
        for (int end = 0; end < body.length(); end++) {
            assertEquals(Kind.INCOMPLETE, refusal(usual(form, 5), body.substring(0, end)));
        }
        assertEquals(Kind.INCOMPLETE, refusal(usual(form, 5), body + "\r\n"));
        assertEquals(Kind.INCOMPLETE, refusal(usual(form, 4), body));
        assertEquals(Kind.INCOMPLETE, refusal(usual(form, 6), body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-amz-trailer: x-amz-checksum-crc32",
                "x-amz-decoded-content-length: 5",
                "x-amz-decoded-content-length: 05\nx-amz-trailer: x-amz-checksum-crc32",
                "x-amz-decoded-content-length: 5\nx-amz-decoded-content-length: 5\nx-amz-trailer: x-amz-checksum-crc32",
                "x-amz-decoded-content-length: 5\nx-amz-trailer: x-amz-checksum-md4",
                "x-amz-decoded-content-length: 5\nx-amz-trailer: content-length",
            })
    void refusesHeadsThatDoNotSayEnough(String fields) {
        RequestHead head = head(Form.UNSIGNED_TRAILER, fields.split("\n", -1));
        assertEquals(Kind.HEAD, refusal(head, usual(Form.UNSIGNED_TRAILER, List.of("hello"))));
    }

    @Test
    void refusesTrailersOfAFormThatHasNone() {
        RequestHead head = head(Form.SIGNED, "x-amz-decoded-content-length: 5", "x-amz-trailer: " + CRC);
        assertEquals(Kind.HEAD, refusal(head, usual(Form.SIGNED, List.of("hello"))));
        String body = usual(Form.SIGNED, List.of("hello"));
        assertEquals(
                Kind.TRAILER,
                refusal(usual(Form.SIGNED, 5), body.substring(0, body.length() - 2) + CRC + ":NhCmhg==\r\n\r\n"));
    }

    /** That they are signed rightly does not make them the announced ones. */
    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"SIGNED_TRAILER", "UNSIGNED_TRAILER"})
    void refusesTrailersThatWereNotAnnounced(Form form) {
        Trailer crc = new Trailer(CRC, Checksum.CRC32.of(bytes("hello")));
        Trailer sha = new Trailer("x-amz-checksum-sha1", Checksum.SHA1.of(bytes("hello")));
        RequestHead head = usual(form, 5);
        assertEquals(Kind.TRAILER, refusal(head, framed(form, List.of("hello"))));
        assertEquals(Kind.TRAILER, refusal(head, framed(form, List.of("hello"), sha)));
        assertEquals(Kind.TRAILER, refusal(head, framed(form, List.of("hello"), crc, sha)));
        assertEquals(Kind.TRAILER, refusal(head, framed(form, List.of("hello"), crc, crc)));
    }

    @ParameterizedTest
    @CsvSource({"crc32", "crc32c", "crc64nvme", "sha1", "sha256"})
    void verifiesEachChecksum(String algorithm) throws Exception {
        String name = "x-amz-checksum-" + algorithm;
        Checksum checksum = Checksum.named(name).orElseThrow();
        for (Form form : List.of(Form.SIGNED_TRAILER, Form.UNSIGNED_TRAILER)) {
            RequestHead head = head(form, "x-amz-decoded-content-length: 5", "X-Amz-Trailer: " + name);
            verify(head, framed(form, List.of("hello"), new Trailer(name, checksum.of(bytes("hello")))));
            assertEquals(
                    Kind.DIGEST,
                    refusal(head, framed(form, List.of("hello"), new Trailer(name, checksum.of(bytes("hellp"))))));
        }
    }

    @Test
    void sortsTrailersBeforeItSignsThem() throws Exception {
        List<Trailer> trailers = IntStream.range(0, 2)
                .mapToObj(i -> List.of("sha1", "crc32c").get(i))
                .map(name -> "x-amz-checksum-" + name)
                .map(name ->
                        new Trailer(name, Checksum.named(name).orElseThrow().of(bytes("hello"))))
                .toList();
        verify(
                head(
                        Form.SIGNED_TRAILER,
                        "x-amz-decoded-content-length: 5",
                        "x-amz-trailer: x-amz-checksum-sha1, x-amz-checksum-crc32c"),
                framed(Form.SIGNED_TRAILER, List.of("hello"), trailers.toArray(Trailer[]::new)));
        assertTrue(agreements.stream().allMatch(agreed -> agreed));
    }

    /** As AWS's documentation and minio-go have it. */
    @Test
    void takesATrailerThatEndsInLineFeedAndLineEnd() throws Exception {
        String body = usual(Form.SIGNED_TRAILER, List.of("hello"));
        int value = body.indexOf("\r\nx-amz-trailer-signature");
        verify(usual(Form.SIGNED_TRAILER, 5), body.substring(0, value) + "\n" + body.substring(value));
    }
}
