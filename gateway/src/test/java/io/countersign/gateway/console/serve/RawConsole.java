package io.countersign.gateway.console.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Sends requests to a console as they are written. */
public final class RawConsole {
    private static final int PATIENCE_MILLIS = 30_000;

    private final InetSocketAddress address;

    /** What came back. */
    public record Answer(int status, String head, String body) {
        /** The status, and what a problem says. */
        public String problem() {
            int detail = body.indexOf("\"detail\":\"");
            return status + " " + (detail < 0 ? body : body.substring(detail + 10, body.lastIndexOf("\"}")));
        }
    }

    public RawConsole(InetSocketAddress address) {
        this.address = address;
    }

    public Socket open(String request) throws IOException {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.getOutputStream().write(request.getBytes(UTF_8));
        return socket;
    }

    public Answer send(String request) {
        try (Socket socket = open(request)) {
            String all = new String(socket.getInputStream().readAllBytes(), UTF_8);
            int end = all.indexOf("\r\n\r\n");
            return new Answer(
                    Integer.parseInt(all.substring(9, 12)), all.substring(0, end + 2), all.substring(end + 4));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param fields further lines of the head, each with its end */
    public Answer send(String method, String path, String token, String fields, String body) {
        return send(method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + address.getPort() + "\r\n"
                + (token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n") + fields
                + (body.isEmpty() ? "" : "Content-Length: " + body.getBytes(UTF_8).length + "\r\n") + "\r\n" + body);
    }

    public Answer get(String path, String token) {
        return send("GET", path, token, "", "");
    }

    public Answer post(String path, String token, String json) {
        return send("POST", path, token, json.isEmpty() ? "" : "Content-Type: application/json\r\n", json);
    }
}
