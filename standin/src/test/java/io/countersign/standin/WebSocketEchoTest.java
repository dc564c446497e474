package io.countersign.standin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.standin.stats.Counter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stand-in's WebSocket: only for an upgrade with a good signature; then each frame comes back. */
class WebSocketEchoTest extends OneStandIn {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private SignedRequest upgrade() {
        return SignedRequest.get("/prod")
                .header("Host", "localhost:" + standIn.port())
                .sign(key)
                .unsignedLine("Connection: Upgrade")
                .unsignedLine("Upgrade: websocket")
                .unsignedLine("Sec-WebSocket-Version: 13")
                .unsignedLine("Sec-WebSocket-Protocol: mqtt, other");
    }

    private void sendHex(String hex) throws Exception {
        client.send(HexFormat.of().parseHex(hex));
    }

    private void assertComes(String hex) throws Exception {
        assertArrayEquals(HexFormat.of().parseHex(hex), client.in().readNBytes(hex.length() / 2));
    }

    private void open() throws Exception {
        client.send(upgrade().unsignedLine("Sec-WebSocket-Key: " + KEY).bytes());
        List<String> head = new ArrayList<>();
        for (String line = client.line(); !line.isEmpty(); line = client.line()) {
            head.add(line);
        }
        assertTrue(head.get(0).startsWith("HTTP/1.1 101 "), head::toString);
        assertTrue(head.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), head::toString);
        assertTrue(head.contains("Sec-WebSocket-Protocol: mqtt"), head::toString);
    }

    @Test
    void echoesFramesAndAnswersPingsAndCloseFrames() throws Exception {
        open();
        sendHex("818537fa213d7f9f4d5158");
        assertComes("810548656c6c6f");
        sendHex("018100000000" + "61" + "808100000000" + "62");
        assertComes("010161" + "800162");
        sendHex("898100000000" + "63");
        assertComes("8a0163");
        sendHex("888200000000" + "03e8");
        assertComes("880203e8");
        assertEquals(-1, client.in().read());
        assertEquals(1, standIn.stats().get(Counter.WEB_SOCKETS));
    }

    @Test
    void refusesAnUpgradeWithoutAGoodSignature() throws Exception {
        client.send(upgrade()
                .header("Authorization", "AWS4-HMAC-SHA256 nonsense")
                .unsignedLine("Sec-WebSocket-Key: " + KEY)
                .bytes());
        assertEquals(403, client.read().status());
        assertEquals(0, standIn.stats().get(Counter.WEB_SOCKETS));
    }

    @ParameterizedTest
    @CsvSource({
        "810548656c6c6f, 1002", // not masked
        "838037fa213d, 1002", // a reserved opcode
        "81fe800137fa213d, 1009", // 32 KiB and a byte
        "81ff000000000001000037fa213d, 1009"
    })
    void closesOverWhatItDoesNotTake(String hex, int code) throws Exception {
        open();
        sendHex(hex);
        byte[] start = client.in().readNBytes(4);
        assertEquals(0x88, start[0] & 0xff);
        assertEquals(code, (start[2] & 0xff) << 8 | (start[3] & 0xff));
    }

    @Test
    void asksForAKey() throws Exception {
        client.send(upgrade().bytes());
        assertEquals(400, client.read().status());
    }
}
