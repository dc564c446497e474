package io.countersign.proxy.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Gate;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.TestProxy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams of events: responses pass as they come; requests, each event of which is signed, are refused by name. */
class EventStreamsTest {
    private static final String FRAMED = "application/vnd.amazon.eventstream";

    static Stream<Arguments> streams() {
        return Stream.of("bedrock", "bedrock-agentcore", "logs", "qbusiness")
                .flatMap(service -> Stream.of(
                        Arguments.of(service, FRAMED, framed("one"), framed("two")),
                        Arguments.of(service, "text/event-stream", "data: one\n\n", "data: two\n\n")));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("streams")
    void handsEachEventOnBeforeTheNextIsSent(String service, String type, String first, String second) {
        try (Rig rig = new Rig(FakeUpstream.https(), TestProxy.main("service = " + service))) {
            Gate seen = new Gate();
            rig.upstream.script((request, connection) -> {
                connection.send("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nTransfer-Encoding: chunked\r\n\r\n");
                connection.send(chunk(first));
                seen.pass();
                connection.send(chunk(second) + "0\r\n\r\n");
            });
            try (RawClient client = rig.proxy.connect()) {
                assertEquals(
                        type,
                        client.send(Requests.post("/model/m/converse-stream", "{}", "Accept: " + type))
                                .readHead()
                                .value("content-type"));
                assertEquals(chunk(first), client.readExactly(chunk(first).length()));
                seen.open();
                String rest = chunk(second) + "0\r\n\r\n";
                assertEquals(rest, client.readExactly(rest.length()));
            }
        }
    }

    /** What ends it is the length of the body or the end of the connection, not an event. */
    @Test
    void handsEventsOnThatNoChunkFrames() {
        try (Rig rig = new Rig(FakeUpstream.https(), TestProxy.main("service = bedrock"))) {
            Gate seen = new Gate();
            String first = framed("one");
            String second = framed("two");
            rig.upstream.script((request, connection) -> {
                connection.send("HTTP/1.1 200 OK\r\nContent-Type: " + FRAMED + "\r\nContent-Length: "
                        + (first.length() + second.length()) + "\r\n\r\n" + first);
                seen.pass();
                connection.send(second);
            });
            try (RawClient client = rig.proxy.connect()) {
                client.send(Requests.post("/", "{}")).readHead();
                assertEquals(first, client.readExactly(first.length()));
                seen.open();
                assertEquals(second, client.readExactly(second.length()));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "X-Amz-Content-Sha256: STREAMING-AWS4-HMAC-SHA256-EVENTS, STREAMING-AWS4-HMAC-SHA256-EVENTS",
        "x-amz-content-sha256: streaming-aws4-hmac-sha256-events, STREAMING-AWS4-HMAC-SHA256-EVENTS",
        "Content-Type: application/vnd.amazon.eventstream, application/vnd.amazon.eventstream",
        "Content-Type: Application/Vnd.Amazon.EventStream; a=b, application/vnd.amazon.eventstream",
    })
    void refusesARequestOfSignedEventsByName(String field, String named) {
        for (String service : List.of("transcribe", "bedrock", "s3", "execute-api")) {
            try (Rig rig = new Rig(FakeUpstream.https(), TestProxy.main("service = " + service))) {
                rig.refuses(501, Requests.post("/stream-transcription", framed("event"), field))
                        .error("http_request_error")
                        .details(named)
                        .details("InvokeModelWithResponseStream");
            }
        }
    }

    @Test
    void passesThemOnWhereItDoesNotSign() {
        try (Rig rig = new Rig(TestProxy.main("auth = none"))) {
            String field = "X-Amz-Content-Sha256: STREAMING-AWS4-HMAC-SHA256-EVENTS";
            Response response = rig.proxy.exchange(Requests.post("/", "event", field, "Content-Type: " + FRAMED));
            assertEquals(200, response.status());
            assertEquals(1, rig.upstream.requests().size());
            assertEquals(
                    "STREAMING-AWS4-HMAC-SHA256-EVENTS",
                    rig.upstream.requests().get(0).head().value("x-amz-content-sha256"));
        }
    }

    @Test
    void takesOtherTypesThatOnlyBeginSo() {
        try (Rig rig = new Rig()) {
            rig.forwards(Requests.post("/w", "x", "Content-Type: application/vnd.amazon.eventstreams"));
            rig.forwards(Requests.post("/w", "x", "Accept: " + FRAMED));
        }
    }

    private static String chunk(String data) {
        return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
    }

    /** One message: its lengths and their checksum, a header {@code :event-type}, the payload, and a checksum of all. */
    private static String framed(String payload) {
        byte[] name = ":event-type".getBytes(US_ASCII);
        byte[] value = "chunk".getBytes(US_ASCII);
        byte[] body = ("{\"bytes\":\"" + payload + "\0\u00ff\"}").getBytes(ISO_8859_1);
        int headers = 1 + name.length + 1 + 2 + value.length;
        ByteBuffer message = ByteBuffer.allocate(12 + headers + body.length + 4);
        message.putInt(message.capacity()).putInt(headers);
        message.putInt(crc(message.array(), 8));
        message.put((byte) name.length)
                .put(name)
                .put((byte) 7)
                .putShort((short) value.length)
                .put(value)
                .put(body);
        message.putInt(crc(message.array(), message.position()));
        return new String(message.array(), ISO_8859_1);
    }

    private static int crc(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
