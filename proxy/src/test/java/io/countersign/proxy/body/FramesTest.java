package io.countersign.proxy.body;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.sigv4.AwsCredentials;
import io.countersign.sigv4.Header;
import io.countersign.sigv4.HeaderSigner;
import io.countersign.sigv4.PathStyle;
import io.countersign.sigv4.SignedHeaders;
import io.countersign.sigv4.SigningContext;
import io.countersign.sigv4.SigningRequest;
import io.countersign.sigv4.StreamingPayload;
import io.countersign.testing.AwsFrames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames however they are cut and arrive: what goes on, what is withheld, and what is refused. */
class FramesTest {
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private static final AwsCredentials KEYS = AwsCredentials.longLived("AKIAIOSFODNN7EXAMPLE", SECRET);
    private static final SigningContext CONTEXT = new SigningContext("us-east-1", "s3", PathStyle.S3, true, true);
    private static final Instant TIME = Instant.parse("2013-05-24T00:00:00Z");
    private static final Map<String, String> CRC = Map.of("x-amz-checksum-crc32", "wdBDMA==");
    private static final int MAX_CHUNK = 64 * 1024;
    private static final String OTHERS = "01259abefgGxz;:=-_+, \t\r\n\0\u007f\u0080\u00ff";

    /** {@code -Dframes.bodies=} for more. */
    private static final int BODIES = Integer.getInteger("frames.bodies", 10_000);

    private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false);
    private final HeaderSigner signer = new HeaderSigner();

    @AfterEach
    void everythingIsReleased() {
        assertEquals(0, memory.metric().usedHeapMemory());
        assertEquals(0, memory.metric().usedDirectMemory());
    }

    /** One body on its way; what was handed out is kept. */
    private final class Upload implements AutoCloseable, StreamedBody.Feed {
        private final StreamedBody body;
        private final Frames frames;
        private final StringBuilder out = new StringBuilder();
        private Optional<FrameFault> fault = Optional.empty();

        Upload(StreamingPayload form, long decodedLength, List<String> trailers) {
            body = StreamedBody.unchecked(-1, form.value(), this);
            frames = form.isSigned()
                    ? new SignedFrames(body, form, decodedLength, trailers, memory, MAX_CHUNK)
                    : new UnsignedFrames(body, decodedLength, trailers);
        }

        /** The first attempt to send it begins. */
        Upload send() {
            body.signChunks(signer.chunks(head(body.hash()), CONTEXT, KEYS, TIME));
            body.sendTo(this::drain);
            drain();
            return this;
        }

        Upload add(String piece) {
            return take(piece, false);
        }

        Upload end(String last) {
            return take(last, true);
        }

        private Upload take(String piece, boolean last) {
            if (fault.isEmpty()) {
                ByteBuf bytes = memory.buffer(Math.max(piece.length(), 1)).writeBytes(piece.getBytes(ISO_8859_1));
                fault = last ? frames.end(bytes) : frames.add(bytes);
                bytes.release();
            }
            return this;
        }

        private void drain() {
            for (ByteBuf piece = body.next(); piece != null; piece = body.next()) {
                out.append(piece.toString(ISO_8859_1));
                piece.release();
            }
        }

        String object() {
            assertTrue(fault.isEmpty(), () -> fault.get().detail());
            assertTrue(body.isSent());
            String framed = out.toString();
            return StreamingPayload.of(body.hash()).orElseThrow().isSigned()
                    ? AwsFrames.decodeSigned(
                            framed,
                            new AwsFrames.Signing(
                                    SECRET,
                                    "20130524T000000Z",
                                    "20130524/us-east-1/s3/aws4_request",
                                    head(body.hash()).signature()))
                    : AwsFrames.decodeUnsigned(framed);
        }

        @Override
        public void wanted() {}

        @Override
        public void moved() {}

        @Override
        public void sent() {}

        @Override
        public void close() {
            frames.release();
            frames.release();
            body.release();
        }
    }

    private SignedHeaders head(String hash) {
        SigningRequest request =
                new SigningRequest("PUT", "/key", null, List.of(new Header("Host", "b.s3.amazonaws.com")), hash);
        return signer.sign(request, CONTEXT, KEYS, TIME);
    }

    private static String framed(StreamingPayload form, List<String> chunks, Map<String, String> trailers) {
        return form.isSigned() ? AwsFrames.signed(chunks, trailers) : AwsFrames.unsigned(chunks, trailers);
    }

    private static Map<String, String> trailers(StreamingPayload form) {
        return form.hasTrailer() ? CRC : Map.of();
    }

    private Upload begin(StreamingPayload form, long decodedLength) {
        return new Upload(form, decodedLength, List.copyOf(trailers(form).keySet())).send();
    }

    @ParameterizedTest
    @EnumSource(StreamingPayload.class)
    void takesFramesThatAreCutAnywhere(StreamingPayload form) {
        String body = framed(form, List.of("hello", " ", "w".repeat(40), "orld"), trailers(form));
        for (int cut = 0; cut <= body.length(); cut++) {
            try (Upload upload = begin(form, 50)) {
                upload.add(body.substring(0, cut)).end(body.substring(cut));
                assertEquals("hello " + "w".repeat(40) + "orld", upload.object());
                assertEquals(body.length(), upload.out.length(), "length");
            }
        }
        try (Upload upload = begin(form, 50)) {
            body.chars().forEach(c -> upload.add(String.valueOf((char) c)));
            assertEquals("hello " + "w".repeat(40) + "orld", upload.end("").object());
        }
    }

    @ParameterizedTest
    @EnumSource(StreamingPayload.class)
    void takesAnObjectOfNoBytes(StreamingPayload form) {
        try (Upload upload = begin(form, 0)) {
            assertEquals("", upload.end(framed(form, List.of(), trailers(form))).object());
        }
    }

    @Test
    void passesUnsignedFramesOnUnchanged() {
        String body =
                AwsFrames.unsigned(List.of("hello", "x".repeat(3000)), CRC).replace("bb8", "BB8");
        try (Upload upload = begin(StreamingPayload.UNSIGNED_TRAILER, 3005)) {
            upload.add(body.substring(0, 1000)).end(body.substring(1000));
            assertEquals(body, upload.out.toString());
        }
    }

    /** As AWS's documentation and minio-go have it. */
    @ParameterizedTest
    @EnumSource(StreamingPayload.class)
    void takesATrailerThatEndsInLineFeedAndLineEnd(StreamingPayload form) {
        if (form.hasTrailer()) {
            String body = framed(form, List.of("hello"), CRC).replace("wdBDMA==\r\n", "wdBDMA==\n\r\n");
            try (Upload upload = begin(form, 5)) {
                assertEquals("hello", upload.end(body).object());
                assertEquals(body.length(), upload.out.length());
            }
        }
    }

    @Test
    void signsSeveralTrailersInTheOrderOfTheirNames() {
        Map<String, String> two = new LinkedHashMap<>();
        two.put("x-amz-checksum-sha256", "c2hhMjU2");
        two.put("x-amz-checksum-crc32", "wdBDMA==");
        try (Upload upload = new Upload(StreamingPayload.SIGNED_TRAILER, 5, List.copyOf(two.keySet())).send()) {
            assertEquals(
                    "hello", upload.end(AwsFrames.signed(List.of("hello"), two)).object());
        }
    }

    /** Until a byte has gone, another attempt has another time, and so other signatures. */
    @Test
    void signsAnewForAnotherAttempt() {
        StreamingPayload form = StreamingPayload.SIGNED;
        try (Upload upload = new Upload(form, 5, List.of())) {
            upload.body.signChunks(signer.chunks(head(form.value()), CONTEXT, KEYS, TIME.minusSeconds(3600)));
            upload.body.sendTo(() -> {});
            upload.end(framed(form, List.of("hello"), Map.of()));
            assertTrue(upload.body.isIntact());
            assertEquals("hello", upload.send().object());
        }
    }

    @ParameterizedTest
    @EnumSource(StreamingPayload.class)
    void withholdsTheLastDataUntilAllIsSound(StreamingPayload form) {
        String body = framed(form, List.of("hello", "world"), trailers(form));
        try (Upload upload = begin(form, 10)) {
            upload.add(body.substring(0, body.length() - 1));
            assertFalse(upload.out.toString().contains("world"), upload.out::toString);
            assertTrue(upload.out.toString().contains("hello"), upload.out::toString);
            upload.end(body.substring(body.length() - 1));
            assertEquals("helloworld", upload.object());
        }
    }

    @ParameterizedTest
    @EnumSource(StreamingPayload.class)
    void neverEndsABodyThatIsNotWhole(StreamingPayload form) {
        String body = framed(form, List.of("hello", "world"), trailers(form));
        for (int end = 0; end < body.length(); end++) {
            assertRefused(form, 10, body.substring(0, end));
        }
        assertRefused(form, 10, body + "\r\n");
        assertRefused(form, 10, body + body);
        assertRefused(form, 9, body);
        assertRefused(form, 11, body);
    }

    /** Each byte between the data, in place of it any that means something in a frame, and some that mean nothing. */
    @ParameterizedTest
    @EnumSource(StreamingPayload.class)
    void refusesEachMutationOfAFrame(StreamingPayload form) {
        String body = framed(form, List.of("hello", "x".repeat(0xab)), trailers(form));
        boolean[] fixed = structure(body, form);
        for (int i = 0; i < body.length(); i++) {
            for (int m = 0; fixed[i] && m < OTHERS.length(); m++) {
                char other = OTHERS.charAt(m);
                char was = body.charAt(i);
                if (other != was && Character.toLowerCase(other) != Character.toLowerCase(was)) {
                    String mutated = body.substring(0, i) + other + body.substring(i + 1);
                    assertRefused(form, 5 + 0xab, mutated);
                }
            }
        }
    }

    /** All but the data, the digits of the client's signatures, which are nothing to us, and the trailer's value. */
    private static boolean[] structure(String body, StreamingPayload form) {
        boolean[] fixed = new boolean[body.length()];
        Arrays.fill(fixed, true);
        clear(fixed, body.indexOf("hello"), 5);
        clear(fixed, body.indexOf("x".repeat(0xab)), 0xab);
        for (int at = body.indexOf("signature"); at >= 0; at = body.indexOf("signature", at + 1)) {
            clear(fixed, at + "signature".length() + 1, 64);
        }
        if (form.hasTrailer()) {
            clear(fixed, body.indexOf("wdBDMA=="), 8);
        }
        return fixed;
    }

    private static void clear(boolean[] flags, int from, int length) {
        Arrays.fill(flags, from, from + length, false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "05;chunk-signature=S\r\nhello\r\n0;chunk-signature=S\r\n\r\n",
                "5;chunk-signature=S\r\nhello\r\n00;chunk-signature=S\r\n\r\n",
                "5\r\nhello\r\n0\r\n\r\n",
                "5;chunk-signature=S;a=b\r\nhello\r\n0;chunk-signature=S\r\n\r\n",
                "5;a=b;chunk-signature=S\r\nhello\r\n0;chunk-signature=S\r\n\r\n",
                "5; chunk-signature=S\r\nhello\r\n0;chunk-signature=S\r\n\r\n",
                "5;chunk-signature=S0\r\nhello\r\n0;chunk-signature=S\r\n\r\n",
                "5;chunk-signature=s\r\nhello\r\n0;chunk-signature=S\r\n\r\n",
                "5;chunk-signature=S\nhello\r\n0;chunk-signature=S\r\n\r\n",
                "5;chunk-signature=S\r\nhello\n0;chunk-signature=S\r\n\r\n",
                "0x5;chunk-signature=S\r\nhello\r\n0;chunk-signature=S\r\n\r\n",
                "-5;chunk-signature=S\r\nhello\r\n0;chunk-signature=S\r\n\r\n",
                ";chunk-signature=S\r\nhello\r\n0;chunk-signature=S\r\n\r\n",
                "10000000000005;chunk-signature=S\r\nhello\r\n0;chunk-signature=S\r\n\r\n",
                "5;chunk-signature=S\r\nhello\r\n0;chunk-signature=S\r\nx-amz-checksum-crc32:wdBDMA==\r\n\r\n",
                "5;chunk-signature=S\r\nhello\r\n0;chunk-signature=S\r\nx-amz-trailer-signature:S\r\n\r\n",
                "5;chunk-signature=S\r\nhello\r\n0;chunk-signature=S\r\n\n",
            })
    void refusesFramesOfAnotherForm(String body) {
        assertRefused(
                StreamingPayload.SIGNED, 5, body.replace("S", "0".repeat(64)).replace("=s", "=" + "F".repeat(64)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x-amz-checksum-crc32:\r\n",
                "x-amz-checksum-crc32: wdBDMA==\r\n",
                "x-amz-checksum-crc32:wdBD\nMA==\r\n",
                "X-Amz-Checksum-Crc32:wdBDMA==\r\n",
                "x-amz-checksum-crc32c:wdBDMA==\r\n",
                "x-amz-checksum-crc32:wdBDMA==\r\nx-amz-checksum-crc32:wdBDMA==\r\n",
                "x-amz-checksum-crc32:wdBDMA==\r\nx-amz-meta-a:b\r\n",
                "x-amz-checksum-crc32:wdBDMA==\r\nx-amz-trailer-signature:0\r\n",
                "x-amz-checksum-crc32:wdBDMA==\n\n\r\n",
                "\n\r\n",
            })
    void refusesTrailersThatWereNotAnnounced(String trailers) {
        assertRefused(StreamingPayload.UNSIGNED_TRAILER, 5, "5\r\nhello\r\n0\r\n" + trailers + "\r\n");
    }

    @Test
    void wantsASignatureAfterTheTrailers() {
        String good = AwsFrames.signed(List.of("hello"), CRC);
        int at = good.indexOf("x-amz-trailer-signature");
        String signature = good.substring(at, good.length() - 2);
        assertRefused(StreamingPayload.SIGNED_TRAILER, 5, good.substring(0, at) + "\r\n");
        assertRefused(StreamingPayload.SIGNED_TRAILER, 5, good.substring(0, at) + signature + signature + "\r\n");
        int trailers = good.indexOf("x-amz-checksum");
        assertRefused(
                StreamingPayload.SIGNED_TRAILER,
                5,
                good.substring(0, trailers) + signature + good.substring(trailers, at) + "\r\n");
    }

    @Test
    void saysWhichChunkIsTooLarge() {
        String head = ";chunk-signature=" + "0".repeat(64) + "\r\n";
        try (Upload upload = begin(StreamingPayload.SIGNED, 1 << 20)) {
            upload.add(Integer.toHexString(MAX_CHUNK) + head);
            assertTrue(upload.fault.isEmpty() && upload.frames.isFirstChunkKnown());
        }
        try (Upload upload = begin(StreamingPayload.SIGNED, 1 << 20)) {
            upload.add(Integer.toHexString(MAX_CHUNK + 1) + head);
            assertEquals(
                    FrameFault.Kind.CHUNK_TOO_LARGE, upload.fault.orElseThrow().kind());
            assertFalse(upload.frames.isFirstChunkKnown());
        }
    }

    /** Chunks of any size, cut and arriving anyhow, of objects that are compared, by signatures that are verified by the book. */
    @Test
    void takesAnyBody() {
        long seed = Long.getLong("frames.seed", System.nanoTime());
        System.out.println("FramesTest: -Dframes.seed=" + seed);
        RandomGenerator random = new SplittableRandom(seed);
        long bytes = 0;
        for (int i = 0; i < BODIES; i++) {
            StreamingPayload form = List.of(StreamingPayload.values()).get(random.nextInt(3));
            String object = latin1(random, i % 500 == 0 ? 200_000 : random.nextInt(400));
            List<String> chunks = pieces(random, object, i % 500 == 0 ? MAX_CHUNK : 1 + random.nextInt(200));
            Map<String, String> trailers = form.hasTrailer() ? someTrailers(random) : Map.of();
            List<String> pieces =
                    pieces(random, framed(form, chunks, trailers), i % 500 == 0 ? 70_000 : 1 + random.nextInt(300));
            try (Upload upload = new Upload(form, object.length(), List.copyOf(trailers.keySet()))) {
                int sentAt = random.nextInt(pieces.size());
                for (int p = 0; p < pieces.size(); p++) {
                    if (p == sentAt) {
                        upload.send();
                    }
                    if (p < pieces.size() - 1) {
                        upload.add(pieces.get(p));
                    } else {
                        upload.end(pieces.get(p));
                    }
                }
                assertEquals(object, upload.object(), "body " + i);
                assertEquals(unsealed(framed(form, chunks, trailers)), unsealed(upload.out.toString()), "body " + i);
                bytes += upload.out.length();
            }
            refuseMutation(random, form, chunks, trailers);
        }
        System.out.println(
                "FramesTest: " + BODIES + " bodies of " + bytes + " bytes taken, and one mutation of each refused");
    }

    /** Without the digits of signatures. */
    private static String unsealed(String framed) {
        return framed.replaceAll("(chunk-signature=|trailer-signature:)[0-9a-f]{64}", "$1");
    }

    /** Any byte between the data, of those that mean something, in place of which there is any other. */
    private void refuseMutation(
            RandomGenerator random, StreamingPayload form, List<String> chunks, Map<String, String> trailers) {
        String body = framed(form, chunks, trailers);
        String structure = framed(
                        form,
                        chunks.stream()
                                .map(data -> "\u0100".repeat(data.length()))
                                .toList(),
                        trailers)
                .replaceAll("(?<=signature[=:])[0-9a-f]{64}", "\u0100".repeat(64));
        for (String value : trailers.values()) {
            structure = structure.replace(':' + value, ':' + "\u0100".repeat(value.length()));
        }
        int at;
        do {
            at = random.nextInt(body.length());
        } while (structure.charAt(at) == '\u0100');
        char other;
        do {
            other = (char) random.nextInt(256);
        } while (Character.toLowerCase(other) == Character.toLowerCase(body.charAt(at)));
        String mutated = body.substring(0, at) + other + body.substring(at + 1);
        int length = chunks.stream().mapToInt(String::length).sum();
        try (Upload upload = new Upload(form, length, List.copyOf(trailers.keySet())).send()) {
            upload.end(mutated);
            assertTrue(upload.fault.isPresent(), () -> "taken: " + mutated);
            assertFalse(upload.body.isSent());
        }
    }

    private static Map<String, String> someTrailers(RandomGenerator random) {
        Map<String, String> trailers = new LinkedHashMap<>();
        for (String name : List.of("sha256", "crc32c", "crc32", "crc64nvme")) {
            if (random.nextInt(3) == 0) {
                trailers.put("x-amz-checksum-" + name, "a".repeat(1 + random.nextInt(40)) + "==");
            }
        }
        return trailers.isEmpty() ? CRC : trailers;
    }

    /** Of up to {@code max} characters; at least one, which may be empty. */
    private static List<String> pieces(RandomGenerator random, String text, int max) {
        List<String> pieces = new ArrayList<>();
        for (int at = 0; at < text.length(); ) {
            int length = Math.min(text.length() - at, 1 + random.nextInt(max));
            pieces.add(text.substring(at, at + length));
            at += length;
        }
        return pieces;
    }

    private static String latin1(RandomGenerator random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return new String(bytes, ISO_8859_1);
    }

    /** However it arrives, and never seen as a whole by the upstream. */
    private void assertRefused(StreamingPayload form, long decodedLength, String body) {
        try (Upload upload = begin(form, decodedLength)) {
            upload.end(body);
            assertTrue(upload.fault.isPresent(), () -> "taken: " + body);
            assertFalse(upload.body.isSent());
            assertTrue(upload.out.length() < body.length() || body.isEmpty());
        }
    }
}
