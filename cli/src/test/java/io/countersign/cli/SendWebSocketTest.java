package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.standin.StandIn;
import io.countersign.standin.stats.Counter;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code countersign send wss://...}, against the stand-in, which verifies the upgrade and echoes. */
class SendWebSocketTest {
    @TempDir
    Path folder;

    private StandIn standIn;

    @BeforeEach
    void start() throws Exception {
        standIn = Command.standIn(folder);
    }

    @AfterEach
    void stop() throws Exception {
        standIn.close();
    }

    private Command send(Map<String, String> keys, String lines, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "send",
                "wss://localhost:" + standIn.port() + "/prod?a=b",
                "--cacert",
                folder.resolve("ca.pem").toString(),
                "--service",
                "execute-api",
                "--region",
                "us-east-1"));
        arguments.addAll(List.of(more));
        return Command.run(keys, lines, arguments.toArray(String[]::new));
    }

    @Test
    void sendsLinesAndPrintsWhatComesBack() {
        String longer = "ü".repeat(10_000);
        Command sent = send(Command.KEYS, "hello\n\n" + longer + "\n", "-v");
        assertEquals(0, sent.exitCode(), sent.err());
        assertEquals("hello\n\n" + longer + "\n", sent.out());
        assertTrue(sent.err().contains("closed with 1000"), sent.err());
        assertEquals(1, standIn.stats().get(Counter.WEB_SOCKETS));
        assertEquals(1, standIn.stats().verified());
    }

    @Test
    void saysWhyThereIsNone() {
        Map<String, String> wrong = Map.of("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", "another");
        Command sent = send(wrong, "hello\n");
        assertEquals(1, sent.exitCode());
        assertTrue(sent.err().contains("no WebSocket: HTTP/1.1 403 "), sent.err());
        assertTrue(sent.out().contains("signature"), sent.out());
    }

    /** The stand-in takes frames of 32 KiB. */
    @Test
    void saysWithWhichCodeTheServerCloses() {
        Command sent = send(Command.KEYS, "x".repeat(40_000) + "\n");
        assertEquals(1, sent.exitCode());
        assertTrue(sent.err().contains("closed with 1009: Frame too large"), sent.err());
    }

    @Test
    void refusesABody() {
        Command sent = send(Command.KEYS, "", "-d", "x");
        assertEquals(2, sent.exitCode());
        assertTrue(sent.err().contains("a WebSocket is opened by GET"), sent.err());
    }

    @Test
    void answersPingsAndTakesNoWrongAccept() throws Exception {
        CompletableFuture<String> pong = new CompletableFuture<>();
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> serve(server, pong), "server");
            thread.setDaemon(true);
            thread.start();
            String url = "ws://127.0.0.1:" + server.getLocalPort() + "/";
            Command sent = Command.run(Command.KEYS, "", "send", url, "--service", "execute-api", "--region", "r");
            assertEquals(0, sent.exitCode(), sent.err());
            assertEquals("8a82", pong.get());
            Command wrong = Command.run(Command.KEYS, "", "send", url, "--service", "execute-api", "--region", "r");
            assertEquals(1, wrong.exitCode());
            assertTrue(wrong.err().contains("Sec-WebSocket-Accept"), wrong.err());
        }
    }

    /** Accepts the first, pings it, and closes; the second gets the hash of no key. */
    private static void serve(ServerSocket server, CompletableFuture<String> pong) {
        try {
            for (boolean good = true; ; good = false) {
                try (Socket socket = server.accept()) {
                    String key = key(socket.getInputStream());
                    String accept = good ? hash(key) : hash("another");
                    socket.getOutputStream()
                            .write(("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: " + accept + "\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
                    socket.getOutputStream().write(new byte[] {(byte) 0x89, 2, 'h', 'i'});
                    byte[] frames = socket.getInputStream().readNBytes(good ? 16 : 0);
                    if (good) {
                        // The close frame of a client without lines may come first.
                        int at = (frames[0] & 0xff) == 0x8a ? 0 : 8;
                        pong.complete(String.format("%02x%02x", frames[at] & 0xff, frames[at + 1] & 0xff));
                        socket.getOutputStream().write(new byte[] {(byte) 0x88, 2, 3, (byte) 0xe8});
                        socket.getInputStream().readAllBytes();
                    }
                }
            }
        } catch (Exception e) {
            pong.completeExceptionally(e);
        }
    }

    private static String key(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        return head.toString().replaceFirst("(?s).*Sec-WebSocket-Key: (\\S+).*", "$1");
    }

    private static String hash(String key) throws Exception {
        byte[] text = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
        return Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    }
}
