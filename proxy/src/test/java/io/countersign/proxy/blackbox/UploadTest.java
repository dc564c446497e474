package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.Gate;
import io.countersign.proxy.testing.Head;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.ReceivedRequest;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.Signatures;
import io.countersign.proxy.testing.WireTest;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Request bodies that stream and come to a good end: what goes upstream, and when. */
@WireTest
class UploadTest {
    @Test
    void sendsTheBeginningBeforeTheEndIsThere() {
        Gate half = new Gate();
        try (Rig rig = Uploads.s3();
                RawClient client = rig.proxy.connect()) {
            Uploads.early(rig, (head, connection) -> {
                assertEquals("hello ", connection.readExactly(6));
                half.open();
                connection.send(Script.ok(connection.readExactly(5)));
            });
            client.send(put("/key", 11) + "hello ");
            half.pass();
            assertEquals("world", client.send("world").read().body());
            ReceivedRequest request = rig.upstream.request();
            assertEquals("UNSIGNED-PAYLOAD", request.head().value("x-amz-content-sha256"));
            assertEquals("11", request.head().value("content-length"));
            Signatures.verify(request);
        }
    }

    @Test
    void sendsTheVeryBytes() {
        byte[] bytes = new byte[3 * 1024 * 1024];
        long seed = new Random().nextLong();
        System.out.println("UploadTest: seed " + seed);
        new Random(seed).nextBytes(bytes);
        String body = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
        try (Rig rig = Uploads.s3();
                RawClient client = rig.proxy.connect()) {
            for (int i = 0; i < 3; i++) {
                rig.upstream.script(Script.always(Script.ok("taken")));
                assertEquals(
                        "taken",
                        client.send(put("/key", bytes.length) + body).read().body());
                ReceivedRequest request = rig.upstream.requests().get(i);
                assertEquals(body, request.body());
                Signatures.verify(request);
            }
            assertEquals(1, rig.upstream.connections().size(), "a whole upload leaves its connection good");
        }
    }

    @Test
    void anEmptyBodyIsUnsignedToo() {
        try (Rig rig = Uploads.s3()) {
            rig.forwards(put("/key", 0));
            assertEquals("UNSIGNED-PAYLOAD", rig.upstream.request().head().value("x-amz-content-sha256"));
        }
    }

    @Test
    void pipelinedUploadsKeepTheirOrder() {
        try (Rig rig = Uploads.s3();
                RawClient client = rig.proxy.connect()) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                all.append(i % 3 == 0 ? Requests.get("/" + i) : put("/" + i, 5) + "body" + i % 10);
            }
            client.send(all.toString());
            for (int i = 0; i < 20; i++) {
                String expected = i % 3 == 0 ? "GET /stage/" + i + " " : "PUT /stage/" + i + " body" + i % 10;
                assertEquals(expected, client.read().body());
            }
        }
    }

    /** S3 takes no chunks, so a body of unknown length is collected, and sent with its length. */
    @Test
    void collectsChunksForS3() {
        try (Rig rig = Uploads.s3()) {
            ReceivedRequest request = rig.forwards(chunked("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"));
            assertEquals("hello world", request.body());
            assertEquals("11", request.head().value("content-length"));
            assertFalse(request.head().has("transfer-encoding"));
        }
    }

    @Test
    void refusesChunksForS3OverTheLimitOfCollectedBodies() {
        try (Rig rig = Uploads.s3()) {
            String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
            assertEquals(413, rig.refusal(chunked(chunk.repeat(17)), true).status());
        }
    }

    @Test
    void sendsChunksOnAsChunksElsewhere() {
        Gate half = new Gate();
        try (Rig rig = Uploads.lattice();
                RawClient client = rig.proxy.connect()) {
            Uploads.early(rig, (head, connection) -> {
                assertEquals("5\r\nhello\r\n", connection.readExactly(10));
                half.open();
                connection.send(Script.ok(connection.readExactly(16)));
            });
            client.send(chunked("5;a=b\r\nhello\r\n"));
            half.pass();
            Response response = client.send("6\r\n world\r\n0\r\nAuthorization: evil\r\n\r\n")
                    .read();
            assertEquals("6\r\n world\r\n0\r\n\r\n", response.body());
            Head head = rig.upstream.request().head();
            assertEquals("chunked", head.value("transfer-encoding"));
            assertFalse(head.has("content-length"));
        }
    }

    @Test
    void anEmptyChunkedBodyIsStillABody() {
        try (Rig rig = Uploads.lattice()) {
            assertEquals("", rig.forwards(chunked("0\r\n\r\n")).body());
            assertEquals("chunked", rig.upstream.request().head().value("transfer-encoding"));
        }
    }

    /** By the time the body's end is read, its beginning has long gone: under a signature over the announced hash. */
    @Test
    void streamsUnderTheClientsOwnHash() {
        Gate half = new Gate();
        try (Rig rig = Uploads.signed();
                RawClient client = rig.proxy.connect()) {
            Uploads.early(rig, (head, connection) -> {
                assertEquals("hello ", connection.readExactly(6));
                half.open();
                connection.send(Script.ok(connection.readExactly(5)));
            });
            String hash = Uploads.sha256("hello world");
            client.send(put("/key", 11, "X-Amz-Content-Sha256: " + hash.toUpperCase(java.util.Locale.ROOT)) + "hello ");
            half.pass();
            assertEquals("world", client.send("world").read().body());
            ReceivedRequest request = rig.upstream.request();
            assertEquals(hash, request.head().value("x-amz-content-sha256"));
            Signatures.verify(new ReceivedRequest(1, 1, request.head(), "hello world"));
        }
    }

    @Test
    void collectsWhatAnnouncesNoProperHash() {
        try (Rig rig = Uploads.signed()) {
            for (String announced : List.of("evil", "UNSIGNED-PAYLOAD", "g".repeat(64), "0".repeat(63))) {
                rig.upstream.script(Script.echo());
                String request = put("/key", 5, "X-Amz-Content-Sha256: " + announced) + "hello";
                assertEquals("PUT /stage/key hello", rig.proxy.exchange(request).body());
            }
            rig.upstream.requests().forEach(Signatures::verify);
        }
    }

    @Test
    void asksForTheBodyOnceTheHeadHasGone() {
        Gate asked = new Gate();
        try (Rig rig = Uploads.s3();
                RawClient client = rig.proxy.connect()) {
            Uploads.early(rig, (head, connection) -> {
                assertFalse(head.has("expect"));
                asked.open();
                connection.send(Script.ok(connection.readExactly(5)));
            });
            client.send(put("/key", 5, "Expect: 100-continue"));
            assertEquals(100, client.readHead().status());
            asked.pass();
            assertEquals("hello", client.send("hello").read().body());
        }
    }

    /** A client that waits for its 100 learns that the upstream is down before it has sent a single byte. */
    @Test
    void doesNotAskForABodyThatCannotBeSent() {
        try (Rig rig = Uploads.s3();
                RawClient client = rig.proxy.connect()) {
            rig.upstream.close();
            Response response =
                    client.send(put("/key", 5, "Expect: 100-continue")).read();
            assertEquals(502, response.status());
            assertTrue(response.informational().isEmpty(), response::toString);
        }
    }

    static String put(String target, long length, String... fields) {
        return Requests.head("PUT " + target + " HTTP/1.1\r\nContent-Length: " + length, fields);
    }

    static String chunked(String chunks) {
        return Requests.head("PUT /key HTTP/1.1", "Transfer-Encoding: chunked") + chunks;
    }
}
