package io.countersign.standin.serve;

import io.countersign.standin.stats.Counter;
import io.countersign.standin.stats.Counters;
import io.countersign.standin.wire.Ending;
import io.countersign.standin.wire.RequestHead;
import io.countersign.standin.wire.RequestReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * A WebSocket (RFC 6455) whose upgrade was verified: sends each frame back as it came, and answers pings and close frames. As API Gateway
 * does, it takes frames of 32 KiB at most, and goes away where nothing comes.
 */
final class WebSocketEcho {
    static final int MAX_FRAME = 32 * 1024;

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int GOING_AWAY = 1001;
    private static final int PROTOCOL_ERROR = 1002;
    private static final int TOO_BIG = 1009;

    private final RequestReader in;
    private final OutputStream out;
    private final Counters counters;

    /** What ends it, by a close frame with this code. */
    private static final class Fault extends IOException {
        private static final long serialVersionUID = 1L;

        private final int code;

        Fault(int code, String message) {
            super(message);
            this.code = code;
        }
    }

    WebSocketEcho(RequestReader in, OutputStream out, Counters counters) {
        this.in = in;
        this.out = out;
        this.counters = counters;
    }

    static boolean isAskedFor(RequestHead head) {
        return head.method().equals("GET")
                && head.first("upgrade").filter("websocket"::equalsIgnoreCase).isPresent()
                && head.first("connection")
                        .filter(value -> Arrays.stream(value.split(","))
                                .anyMatch(option -> option.strip().equalsIgnoreCase("upgrade")))
                        .isPresent();
    }

    /** The key of a handshake; empty where there is no proper one. */
    static Optional<String> key(RequestHead head) {
        try {
            return head.all("sec-websocket-key").size() == 1
                    ? head.first("sec-websocket-key")
                            .filter(key -> Base64.getDecoder().decode(key).length == 16)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Answers with 101, then echoes until a side closes. */
    Ending run(RequestHead head, String key) throws IOException {
        counters.count(Counter.WEB_SOCKETS);
        StringBuilder answer = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n")
                .append("Upgrade: websocket\r\nSec-WebSocket-Accept: ")
                .append(accept(key))
                .append("\r\n");
        head.first("sec-websocket-protocol")
                .ifPresent(offered -> answer.append("Sec-WebSocket-Protocol: ")
                        .append(offered.split(",", -1)[0].strip())
                        .append("\r\n"));
        write(answer.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        try {
            while (echo()) {
                counters.count(Counter.WEB_SOCKET_FRAMES);
            }
        } catch (Fault fault) {
            frame(0x80 | CLOSE, closing(fault.code, fault.getMessage()));
        } catch (SocketTimeoutException e) {
            frame(0x80 | CLOSE, closing(GOING_AWAY, "Going away"));
        } catch (EOFException e) {
            counters.count(Counter.TRUNCATED);
        }
        return Ending.CLOSE_NOTIFY;
    }

    /** Whether more may come. */
    private boolean echo() throws IOException {
        byte[] start = in.readRaw(2);
        boolean masked = (start[1] & 0x80) != 0;
        int opcode = start[0] & 0x0f;
        if (!masked || (start[0] & 0x70) != 0 || (opcode > 2 && (opcode < CLOSE || opcode > PONG))) {
            throw new Fault(PROTOCOL_ERROR, "Protocol error");
        }
        int length = start[1] & 0x7f;
        if (length == 127 || (length > 125 && opcode >= CLOSE)) {
            throw new Fault(
                    length == 127 ? TOO_BIG : PROTOCOL_ERROR, length == 127 ? "Frame too large" : "Protocol error");
        }
        if (length == 126) {
            byte[] more = in.readRaw(2);
            length = (more[0] & 0xff) << 8 | (more[1] & 0xff);
        }
        if (length > MAX_FRAME) {
            throw new Fault(TOO_BIG, "Frame too large");
        }
        byte[] mask = in.readRaw(4);
        byte[] payload = in.readRaw(length);
        for (int i = 0; i < length; i++) {
            payload[i] ^= mask[i % 4];
        }
        if (opcode != PONG) {
            frame((start[0] & 0x80) | (opcode == PING ? PONG : opcode), payload);
        }
        return opcode != CLOSE;
    }

    private static byte[] closing(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.US_ASCII);
        byte[] payload = new byte[2 + text.length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(text, 0, payload, 2, text.length);
        return payload;
    }

    private void frame(int first, byte[] payload) throws IOException {
        int start = payload.length < 126 ? 2 : 4;
        byte[] frame = new byte[start + payload.length];
        frame[0] = (byte) first;
        if (start == 2) {
            frame[1] = (byte) payload.length;
        } else {
            frame[1] = 126;
            frame[2] = (byte) (payload.length >> 8);
            frame[3] = (byte) payload.length;
        }
        System.arraycopy(payload, 0, frame, start, payload.length);
        write(frame);
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    private static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
