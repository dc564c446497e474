package io.countersign.cli.send;

import io.countersign.cli.sign.RequestDraft;
import io.countersign.proxy.secrets.Quoted;
import io.countersign.sigv4.Header;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * One request and its response over a connection of its own. Both bodies stream. Nothing of the target or the fields is
 * rewritten; only what frames the message is added.
 */
public final class Exchange implements AutoCloseable {
    private static final int CHUNK = 64 * 1024;

    private final Socket socket;
    private final InputStream in;
    private final boolean toHead;
    private final ResponseHead head;

    /** @param last fields that say what becomes of the connection, each with its line end */
    private Exchange(Socket socket, RequestDraft request, String last) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), CHUNK);
        this.toHead = request.method().equals("HEAD");
        write(request, last, new BufferedOutputStream(socket.getOutputStream(), CHUNK));
        ResponseHead answer = ResponseHead.read(in);
        while (answer.status() < 200 && answer.status() != 101) {
            answer = ResponseHead.read(in);
        }
        this.head = answer;
    }

    /** Takes the socket: it is closed with the exchange, and when this fails. */
    public static Exchange send(RequestDraft request, Socket socket) throws IOException {
        return exchange(request, "Connection: close\r\n", socket);
    }

    /** Asks for a WebSocket; takes the socket as {@link #send} does. Fails where a 101 does not accept it (RFC 6455 section 4.1). */
    public static Exchange upgrade(RequestDraft request, Socket socket) throws IOException {
        String key = WebSocketTalk.newKey();
        String fields = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + key + "\r\n";
        Exchange exchange = exchange(request, fields, socket);
        if (exchange.isWebSocket()
                && !exchange.head.field("sec-websocket-accept").equals(Optional.of(WebSocketTalk.accept(key)))) {
            socket.close();
            throw new IOException("answered 101 with a Sec-WebSocket-Accept that does not follow from the key");
        }
        return exchange;
    }

    private static Exchange exchange(RequestDraft request, String last, Socket socket) throws IOException {
        try {
            return new Exchange(socket, request, last);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    public ResponseHead head() {
        return head;
    }

    /** Whether the connection has become a WebSocket. */
    public boolean isWebSocket() {
        return head.status() == 101;
    }

    /** What follows the head of a 101. */
    public WebSocketTalk webSocket() throws IOException {
        return new WebSocketTalk(socket, in);
    }

    private static void write(RequestDraft request, String last, OutputStream out) throws IOException {
        StringBuilder text =
                new StringBuilder(request.method() + " " + request.place().target() + " HTTP/1.1\r\n");
        for (Header header : request.headers()) {
            String name = header.name().toLowerCase(Locale.ROOT);
            if (!name.equals("content-length") && !name.equals("transfer-encoding") && !name.equals("connection")) {
                text.append(header.name())
                        .append(": ")
                        .append(header.value().strip())
                        .append("\r\n");
            }
        }
        long length = request.body().length();
        if (length > 0 || request.method().equals("POST") || request.method().equals("PUT")) {
            text.append("Content-Length: ").append(length).append("\r\n");
        }
        out.write(text.append(last).append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        try (InputStream body = request.body().open()) {
            body.transferTo(out);
        }
        out.flush();
    }

    /** Copies the body as it comes; to be called once. Fails when it is cut short. */
    public void copyBody(OutputStream to) throws IOException {
        if (toHead || head.status() == 204 || head.status() == 304 || head.status() < 200) {
            return;
        }
        boolean chunked = head.field("transfer-encoding")
                .filter(coding -> coding.equalsIgnoreCase("chunked"))
                .isPresent();
        if (chunked) {
            copyChunks(to);
        } else if (head.field("content-length").isPresent()) {
            copy(number(head.field("content-length").get(), 10), to);
        } else {
            in.transferTo(to);
        }
        to.flush();
    }

    private void copyChunks(OutputStream to) throws IOException {
        while (true) {
            String size = line();
            int extension = size.indexOf(';');
            long length = number((extension < 0 ? size : size.substring(0, extension)).strip(), 16);
            if (length == 0) {
                while (!line().isEmpty()) {
                    // trailer fields tell nothing that is shown
                }
                return;
            }
            copy(length, to);
            if (!line().isEmpty()) {
                throw new IOException("a chunk of the answer is longer than it says");
            }
        }
    }

    private void copy(long length, OutputStream to) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (long left = length; left > 0; ) {
            int n = in.read(chunk, 0, (int) Math.min(chunk.length, left));
            if (n < 0) {
                throw new EOFException("the answer's body is cut: " + left + " bytes are missing");
            }
            to.write(chunk, 0, n);
            if (in.available() == 0) {
                to.flush(); // an event stream shows at once
            }
            left -= n;
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0 || line.length() > 8192) {
                throw new EOFException("the answer's body is cut within its chunks");
            }
            line.append((char) octet);
        }
        return line.toString().strip();
    }

    private static long number(String text, int radix) throws IOException {
        try {
            long number = Long.parseLong(text, radix);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IOException(Quoted.of(text) + " is not a length");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
