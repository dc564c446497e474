package io.countersign.gateway.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ConsoleClientTest {
    private static final String TOKEN = "csgn_" + "a".repeat(43);

    @TempDir
    Path folder;

    @Test
    void sendsTheTokenAndReadsTheAnswer() throws Exception {
        try (CannedServer server = CannedServer.tcp("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "5\r\n{\"a\":\r\n3\r\n 1}\r\n0\r\n\r\n");
                ConsoleClient client = ConsoleClient.plain("127.0.0.1", server.port(), TOKEN)) {
            ConsoleAnswer answer = client.send("POST", "/api/v1/x?y=%20", Optional.of("{\"b\":\"\u00e9\"}"));

            assertEquals(200, answer.status());
            assertEquals(1L, answer.json().get("a"));
            String request = server.request();
            assertTrue(request.startsWith("POST /api/v1/x?y=%20 HTTP/1.1\r\n"), request);
            assertTrue(request.contains("\r\nauthorization: Bearer " + TOKEN + "\r\n"), request);
            assertTrue(request.contains("\r\nhost: 127.0.0.1:" + server.port() + "\r\n"), request);
            assertTrue(request.endsWith("{\"b\":\"\u00e9\"}"), request);
        }
    }

    @Test
    void reachesAUnixSocket() throws Exception {
        Path socket = folder.resolve("s");
        try (CannedServer server = CannedServer.unix(socket, "HTTP/1.1 204 No Content\r\n\r\n");
                ConsoleClient client = ConsoleClient.unix(socket, TOKEN)) {
            assertTrue(client.send("DELETE", "/x", Optional.empty()).isSuccess());
            assertTrue(server.request().startsWith("DELETE /x HTTP/1.1\r\n"));
        }
    }

    @Test
    void saysWhatTheConsoleSays() throws Exception {
        String body = "{\"status\":403,\"detail\":\"takes the role admin\"}";
        try (CannedServer server = CannedServer.tcp(
                        "HTTP/1.1 403 Forbidden\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
                ConsoleClient client = ConsoleClient.plain("127.0.0.1", server.port(), TOKEN)) {
            ConsoleAnswer answer = client.send("GET", "/", Optional.empty());
            assertFalse(answer.isSuccess());
            assertEquals("the gateway answers 403: takes the role admin", answer.fault());
        }
    }

    @Test
    void handsOverTheLinesOfAStream() throws Exception {
        try (CannedServer server = CannedServer.tcp("HTTP/1.1 200 OK\r\n\r\ndata: 1\r\n\ndata: \u00e9\nrest");
                ConsoleClient client = ConsoleClient.plain("127.0.0.1", server.port(), TOKEN)) {
            List<String> lines = new ArrayList<>();
            assertEquals(200, client.stream("/events", lines::add).status());
            assertEquals(List.of("data: 1", "", "data: \u00e9", "rest"), lines);
        }
    }

    @Test
    void anAnswerThatIsCutIsNone() throws Exception {
        for (String cut : List.of("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"a\"", "", "SSH-2.0-x\r\n\r\n")) {
            try (CannedServer server = CannedServer.tcp(cut);
                    ConsoleClient client = ConsoleClient.plain("127.0.0.1", server.port(), TOKEN)) {
                IOException failed = assertThrows(IOException.class, () -> client.send("GET", "/", Optional.empty()));
                assertTrue(failed.getMessage().startsWith("127.0.0.1:" + server.port() + ": "), failed.getMessage());
                assertFalse(failed.getMessage().contains(TOKEN), failed.getMessage());
            }
        }
    }

    @Test
    void saysThatNobodyListens() throws Exception {
        int port;
        try (CannedServer server = CannedServer.tcp("")) {
            port = server.port();
        }
        try (ConsoleClient client = ConsoleClient.plain("127.0.0.1", port, TOKEN)) {
            IOException failed = assertThrows(IOException.class, () -> client.send("GET", "/", Optional.empty()));
            assertTrue(failed.getMessage().contains("refused"), failed.getMessage());
        }
    }

    /** Whoever answers in place of a console must neither hang a command nor fill the terminal. */
    @Test
    void aHostileAnswerEndsInOneLine() throws Exception {
        String deep = "{\"detail\":" + "[".repeat(1_000_000);
        String objects = "{\"a\":".repeat(200_000);
        String wordy = "{\"detail\":\"" + "x".repeat(1_000_000) + "\"}";
        for (String body : List.of(deep, objects, wordy, "[]", "null", "{\"detail\":{\"detail\":1e999999999}}")) {
            try (CannedServer server = CannedServer.tcp("HTTP/1.1 500 Oops\r\n\r\n" + body);
                    ConsoleClient client = ConsoleClient.plain("127.0.0.1", server.port(), TOKEN)) {
                String fault = client.send("GET", "/", Optional.empty()).fault();
                assertTrue(fault.startsWith("the gateway answers 500"), fault);
                assertTrue(fault.length() < 1100, () -> "has " + fault.length() + " characters");
            }
        }
        try (CannedServer server = CannedServer.tcp("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n");
                ConsoleClient client = ConsoleClient.plain("127.0.0.1", server.port(), TOKEN)) {
            assertEquals(302, client.send("GET", "/", Optional.empty()).status());
        }
    }

    @Test
    void anAnswerThatNeverEndsIsGivenUp() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ConsoleClient client = ConsoleClient.plain("127.0.0.1", server.getLocalPort(), TOKEN)) {
            IOException failed = assertThrows(
                    IOException.class, () -> client.send("GET", "/", Optional.empty(), Duration.ofMillis(100)));
            assertTrue(failed.getMessage().endsWith("the answer takes too long"), failed.getMessage());
        }
    }
}
