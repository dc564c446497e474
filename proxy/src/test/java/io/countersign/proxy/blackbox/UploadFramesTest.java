package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Head;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.ReceivedRequest;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.Signatures;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.AwsFrames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads as the AWS SDKs frame them: signed anew head and chunk, or refused, and never stored as something else. */
@WireTest
class UploadFramesTest {
    private static final String SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    private static final String SIGNED_TRAILER = SIGNED + "-TRAILER";
    private static final String UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    private static final Map<String, String> CRC = Map.of("x-amz-checksum-crc32", "wdBDMA==");
    private static final String[] FOREIGN = {
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIAFOREIGN/20130524/eu-west-1/s3/aws4_request,"
                + " SignedHeaders=host;x-amz-date, Signature=" + "0".repeat(64),
        "X-Amz-Date: 20130524T000000Z",
        "X-Amz-Security-Token: foreign",
        "Content-Encoding: aws-chunked"
    };

    /** Between the chunks there is nothing of the client's signature, and the head holds nothing of it either. */
    @Test
    void signsEachChunkAnew() {
        try (Rig rig = Uploads.signed()) {
            for (boolean trailer : new boolean[] {false, true}) {
                String framed =
                        AwsFrames.signed(List.of("hello ", "world", "x".repeat(70_000)), trailer ? CRC : Map.of());
                ReceivedRequest request = forwards(rig, put(trailer ? SIGNED_TRAILER : SIGNED, 70_011, framed));
                assertEquals(framed.length(), request.body().length());
                assertEquals("hello world" + "x".repeat(70_000), decoded(request));
                assertEquals(Integer.toString(framed.length()), request.head().value("content-length"));
                assertEquals(trailer ? SIGNED_TRAILER : SIGNED, request.head().value("x-amz-content-sha256"));
                assertEquals("aws-chunked", request.head().value("content-encoding"));
                assertFalse(
                        request.head().text().contains("FOREIGN"),
                        request.head().text());
                assertFalse(
                        request.head().text().contains("foreign"),
                        request.head().text());
            }
            Uploads.assertNothingIsHeld(rig.proxy);
        }
    }

    @Test
    void passesUnsignedFramesOnUnchanged() {
        for (String payload : List.of("signed", "unsigned")) {
            try (Rig rig = Uploads.s3(TestProxy.main("payload = " + payload))) {
                String framed = AwsFrames.unsigned(List.of("x".repeat(300_000), "hello"), CRC);
                ReceivedRequest request = forwards(rig, put(UNSIGNED_TRAILER, 300_005, framed));
                assertEquals(framed, request.body());
                assertEquals(UNSIGNED_TRAILER, request.head().value("x-amz-content-sha256"));
                assertEquals("x-amz-checksum-crc32", request.head().value("x-amz-trailer"));
                Signatures.verifyFramed(request.head());
                Uploads.assertNothingIsHeld(rig.proxy);
            }
        }
    }

    /** As botocore sends it: frames within HTTP's own chunks, which need not begin where the frames do. */
    @Test
    void takesFramesWithinChunks() {
        try (Rig rig = Uploads.s3()) {
            for (String form : List.of(SIGNED, SIGNED_TRAILER, UNSIGNED_TRAILER)) {
                Map<String, String> trailers = form.equals(SIGNED) ? Map.of() : CRC;
                String framed = form.equals(UNSIGNED_TRAILER)
                        ? AwsFrames.unsigned(List.of("hello ", "world"), trailers)
                        : AwsFrames.signed(List.of("hello ", "world"), trailers);
                StringBuilder chunks = new StringBuilder();
                for (int at = 0; at < framed.length(); at += 7) {
                    String piece = framed.substring(at, Math.min(framed.length(), at + 7));
                    chunks.append(Integer.toHexString(piece.length()))
                            .append("\r\n")
                            .append(piece)
                            .append("\r\n");
                }
                ReceivedRequest request = forwards(
                        rig,
                        Requests.head("PUT /key HTTP/1.1", with(fields(form, 11), "Transfer-Encoding: chunked"))
                                + chunks + "0\r\n\r\n");
                assertEquals("chunked", request.head().value("transfer-encoding"));
                assertEquals("hello world", decoded(request));
            }
        }
    }

    /** Before anything is sent it has to be clear that the first chunk can be signed, so that much of the body is asked for. */
    @Test
    void asksForTheBodyOfAClientThatWaits() {
        try (Rig rig = Uploads.s3()) {
            for (String form : List.of(SIGNED, UNSIGNED_TRAILER)) {
                rig.upstream.script(Script.echo());
                String framed = form.equals(SIGNED)
                        ? AwsFrames.signed(List.of("hello"), Map.of())
                        : AwsFrames.unsigned(List.of("hello"), CRC);
                try (RawClient client = rig.proxy.connect()) {
                    client.send(Requests.head(
                            "PUT /key HTTP/1.1",
                            with(fields(form, 5), "Content-Length: " + framed.length(), "Expect: 100-continue")));
                    assertEquals(100, client.readHead().status());
                    Response response = client.send(framed).read();
                    assertEquals(200, response.status());
                    assertTrue(response.informational().isEmpty(), "asked for once");
                }
            }
            rig.upstream.requests().forEach(request -> assertEquals("hello", decoded(request)));
        }
    }

    @Test
    void sendsNothingOfABodyWhoseFirstChunkIsTooLarge() {
        try (Rig rig = Uploads.signed("countersign.limits.chunk = 8 KiB")) {
            assertEquals(
                    "x".repeat(8192),
                    decoded(forwards(rig, put(SIGNED, 8192, AwsFrames.signed(List.of("x".repeat(8192)), Map.of())))));
            rig.refuses(501, put(SIGNED, 8193, AwsFrames.signed(List.of("x".repeat(8193)), Map.of())))
                    .error("http_request_error")
                    .details("limits.chunk");
        }
    }

    @Test
    void abortsAtALaterChunkThatIsTooLarge() {
        String framed = AwsFrames.signed(List.of("hello", "mid", "x".repeat(8193)), Map.of());
        try (Upload upload = begun("countersign.limits.chunk = 8 KiB", framed, 8 + 8193)) {
            ProblemAssert.problem(501, upload.client().send(rest(framed)).read())
                    .error("http_request_error")
                    .details("limits.chunk")
                    .closes();
            assertHalf(upload);
        }
    }

    @Test
    void abortsWhereFramesTurnOutBad() {
        String framed = AwsFrames.signed(List.of("hello", "mid", "world"), Map.of());
        for (String bad : List.of(
                rest(framed).replace("world", "World!"),
                rest(framed).replace("5;chunk", "05;chunk"),
                rest(framed).replace("world", "worl"),
                rest(framed).replace("\r\n0;", "\r\n1;"))) {
            String whole = framed.substring(0, framed.length() - rest(framed).length()) + bad;
            try (Upload upload = begun("", whole, 13)) {
                ProblemAssert.problem(400, upload.client().send(bad).read())
                        .error("http_request_error")
                        .details("aws-chunked")
                        .closes();
                assertHalf(upload);
            }
        }
    }

    @Test
    void clientThatGoesAwayLeavesHalfAnUpload() {
        String framed = AwsFrames.signed(List.of("hello", "mid", "world"), Map.of());
        for (String part : List.of("", rest(framed).substring(0, rest(framed).length() - 1))) {
            try (Upload upload = begun("", framed, 13)) {
                upload.client().send(part).halfClose();
                assertHalf(upload);
                Uploads.assertNothingIsHeld(upload.rig().proxy);
            }
        }
    }

    /** Streamed bytes are not sent twice: the client is to send them again. */
    @ParameterizedTest
    @CsvSource({"relay, 403", "keep-data, 503"})
    void doesNotSendARejectedUploadTwice(String onFailure, int status) {
        try (Rig rig = Uploads.signed(TestProxy.main("on-failure = " + onFailure))) {
            String error =
                    "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not"
                            + " match the signature you provided. Check your key and signing method.</Message></Error>";
            rig.upstream.script(
                    Script.always("HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\nContent-Length: "
                            + error.length() + "\r\n\r\n" + error));
            Response response = rig.proxy.exchange(put(SIGNED, 5, AwsFrames.signed(List.of("hello"), Map.of())));
            assertEquals(status, response.status(), response::toString);
            assertEquals(1, rig.upstream.requests().size());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
                "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
                "streaming-aws4-hmac-sha256-payload"
            })
    void refusesFormsThatItDoesNotKnowByName(String form) {
        try (Rig rig = Uploads.s3()) {
            rig.refuses(501, put(form, 5, AwsFrames.signed(List.of("hello"), Map.of())))
                    .error("http_request_error")
                    .details(form)
                    .details("request_checksum_calculation = when_required");
        }
    }

    @Test
    void refusesWhereTheUploadCannotBeSigned() {
        String signed = put(SIGNED, 5, AwsFrames.signed(List.of("hello"), Map.of()));
        String unsigned = put(UNSIGNED_TRAILER, 5, AwsFrames.unsigned(List.of("hello"), CRC));
        try (Rig other = new Rig(FakeUpstream.https(), TestProxy.main("service = es"))) {
            other.refuses(501, signed).details("es does not take");
            other.refuses(501, unsigned).details("AWS_REQUEST_CHECKSUM_CALCULATION");
        }
        try (Rig plain = Uploads.signed()) {
            plain.refuses(501, unsigned).details("upstream of this route is http");
        }
        // It may go to any of them, and to which one is not known yet.
        String spare = "upstream = [\"https://localhost:1\", \"http://127.0.0.1:1\"]";
        try (Rig several = Uploads.s3(
                "countersign.routes.several { service = s3, region = us-east-1, match.path-prefix = /several, " + spare
                        + " }")) {
            String there = unsigned.replaceFirst("^PUT /", "PUT /several/");
            ProblemAssert.problem(501, several.proxy.exchange(there)).details("upstream of this route is http");
        }
        String regions =
                "countersign.routes.regions { upstream = \"https://localhost:1/\", service = s3, signature = v4a,"
                        + " region-set = \"*\", match.path-prefix = /regions }";
        try (Rig rig = Uploads.s3(regions)) {
            String there = signed.replaceFirst("^PUT /", "PUT /regions/");
            ProblemAssert.problem(501, rig.proxy.exchange(there)).details("signature = v4a");
        }
        try (Rig query = Uploads.s3(TestProxy.main("signature-in = query"))) {
            ProblemAssert.problem(501, query.proxy.exchange(signed)).details("in the query");
            assertEquals(0, query.upstream.received());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Amz-Content-Sha256: " + SIGNED,
                "X-Amz-Content-Sha256: " + SIGNED + "\r\nX-Amz-Decoded-Content-Length: 05",
                "X-Amz-Content-Sha256: " + SIGNED + "\r\nX-Amz-Decoded-Content-Length: +5",
                "X-Amz-Content-Sha256: " + SIGNED + "\r\nX-Amz-Decoded-Content-Length: 9999999999999999",
                "X-Amz-Content-Sha256: " + SIGNED
                        + "\r\nX-Amz-Decoded-Content-Length: 5\r\nX-Amz-Decoded-Content-Length: 5",
                "X-Amz-Content-Sha256: " + SIGNED + "\r\nX-Amz-Content-Sha256: " + SIGNED
                        + "\r\nX-Amz-Decoded-Content-Length: 5",
                "X-Amz-Content-Sha256: " + SIGNED + "\r\nX-Amz-Content-Sha256: UNSIGNED-PAYLOAD"
                        + "\r\nX-Amz-Decoded-Content-Length: 5",
                "X-Amz-Content-Sha256: " + SIGNED + "\r\nX-Amz-Decoded-Content-Length: 5000",
                "X-Amz-Content-Sha256: " + SIGNED
                        + "\r\nX-Amz-Decoded-Content-Length: 5\r\nX-Amz-Trailer: x-amz-checksum-crc32",
                "X-Amz-Content-Sha256: " + SIGNED
                        + "\r\nX-Amz-Decoded-Content-Length: 5\r\nContent-Encoding: \"aws-chunked\"",
                "X-Amz-Content-Sha256: " + SIGNED
                        + "\r\nX-Amz-Decoded-Content-Length: 5\r\nContent-Encoding: AWS-chunked;q=1",
                "X-Amz-Content-Sha256: " + SIGNED
                        + "\r\nX-Amz-Decoded-Content-Length: 5\r\nConnection: X-Amz-Decoded-Content-Length",
                "X-Amz-Content-Sha256: " + SIGNED
                        + "\r\nX-Amz-Decoded-Content-Length: 5\r\nConnection: close, content-encoding",
                "X-Amz-Content-Sha256: " + SIGNED_TRAILER
                        + "\r\nX-Amz-Decoded-Content-Length: 5\r\nX-Amz-Trailer: x-amz-checksum-crc32\r\nConnection: x-amz-trailer",
                "X-Amz-Content-Sha256: " + UNSIGNED_TRAILER + "\r\nX-Amz-Decoded-Content-Length: 5",
                "X-Amz-Content-Sha256: " + UNSIGNED_TRAILER
                        + "\r\nX-Amz-Decoded-Content-Length: 5\r\nX-Amz-Trailer: content-length",
                "X-Amz-Content-Sha256: " + UNSIGNED_TRAILER
                        + "\r\nX-Amz-Decoded-Content-Length: 5\r\nX-Amz-Trailer: x-amz-checksum-crc32,",
                "X-Amz-Content-Sha256: " + UNSIGNED_TRAILER
                        + "\r\n"
                        + "X-Amz-Decoded-Content-Length: 5\r\n"
                        + "X-Amz-Trailer: x-amz-checksum-crc32, x-amz-checksum-crc32",
            })
    void refusesFieldsThatContradictEachOther(String fields) {
        try (Rig rig = Uploads.s3()) {
            String body = AwsFrames.signed(List.of("hello"), Map.of());
            rig.refuses(400, Requests.head("PUT /key HTTP/1.1\r\nContent-Length: " + body.length(), fields) + body);
        }
    }

    @Test
    void refusesAFrameThatNoFieldNames() {
        try (Rig rig = Uploads.s3()) {
            for (String field : List.of(
                    "Content-Encoding: aws-chunked",
                    "Content-Encoding: gzip, AWS-Chunked",
                    "X-Amz-Decoded-Content-Length: 6",
                    "X-Amz-Trailer: x-amz-checksum-crc32")) {
                rig.refuses(501, Requests.put("/key", "6\r\nhello!\r\n0\r\n\r\n", field))
                        .details("does not say in which form");
            }
        }
    }

    /** A request without a body can hold no frames. */
    @Test
    void refusesFramesOfNoBytes() {
        try (Rig rig = Uploads.s3()) {
            rig.refuses(400, put(SIGNED, 0, ""));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void takesManyAtOnceOnSeveralLoops(int loops) throws InterruptedException, ExecutionException {
        try (Rig rig = Uploads.signed("countersign.limits.event-loops = " + loops)) {
            ExecutorService clients = Executors.newFixedThreadPool(8);
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                String object = Integer.toString(i).repeat(20_000 + i);
                all.add(clients.submit(() -> {
                    List<String> chunks = List.of(object.substring(0, 5000), object.substring(5000));
                    Response response =
                            rig.proxy.exchange(put(SIGNED, object.length(), AwsFrames.signed(chunks, Map.of())));
                    assertEquals(200, response.status(), response::toString);
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
            clients.shutdown();
            List<ReceivedRequest> arrived = rig.upstream.requests();
            assertEquals(24, arrived.size());
            assertEquals(
                    24,
                    arrived.stream().map(UploadFramesTest::decoded).distinct().count());
            Uploads.assertNothingIsHeld(rig.proxy);
        }
    }

    /** An upload of signed chunks of which the first is on its way, and the second has begun. */
    private static Upload begun(String settings, String framed, long decodedLength) {
        String request = put(SIGNED, decodedLength, framed);
        return Upload.begin(
                Uploads.signed(settings),
                1,
                request.substring(0, request.length() - rest(framed).length()));
    }

    /** What comes of the frames after the head of the second chunk. */
    private static String rest(String framed) {
        int second = framed.indexOf("hello\r\n") + 7;
        return framed.substring(framed.indexOf("\r\n", second) + 2);
    }

    private static void assertHalf(Upload upload) {
        String arrived = upload.arrived();
        assertTrue(arrived.contains("hello"), arrived);
        assertFalse(arrived.contains("world"), arrived);
        assertFalse(arrived.contains("\r\n0;"), arrived);
    }

    private static ReceivedRequest forwards(Rig rig, String request) {
        int before = rig.upstream.requests().size();
        Response response = rig.proxy.exchange(request);
        assertEquals(200, response.status(), response::toString);
        assertEquals(before + 1, rig.upstream.requests().size());
        return rig.upstream.requests().get(before);
    }

    private static String decoded(ReceivedRequest request) {
        Head head = request.head();
        AwsFrames.Signing signing = Signatures.verifyFramed(head);
        String object = head.value("x-amz-content-sha256").equals(UNSIGNED_TRAILER)
                ? AwsFrames.decodeUnsigned(request.body())
                : AwsFrames.decodeSigned(request.body(), signing);
        assertEquals(Integer.toString(object.length()), head.value("x-amz-decoded-content-length"));
        return object;
    }

    private static String put(String form, long decodedLength, String framed) {
        return Requests.head(
                        "PUT /key HTTP/1.1", with(fields(form, decodedLength), "Content-Length: " + framed.length()))
                + framed;
    }

    private static String[] fields(String form, long decodedLength) {
        String[] fields =
                with(FOREIGN, "X-Amz-Content-Sha256: " + form, "X-Amz-Decoded-Content-Length: " + decodedLength);
        return form.endsWith("TRAILER") ? with(fields, "X-Amz-Trailer: x-amz-checksum-crc32") : fields;
    }

    private static String[] with(String[] fields, String... more) {
        List<String> all = new ArrayList<>(List.of(fields));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
