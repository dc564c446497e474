package io.countersign.proxy.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;

/** Both ends of a WebSocket (RFC 6455), byte by byte: handshakes, frames, and an upstream that echoes. */
public final class WebSockets {
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    /** Of RFC 6455 section 1.3. */
    public static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private static final String MASK = "\u0011" + "23D";

    private WebSockets() {}

    /** A frame; {@code payload} in Latin-1, below 64 KiB. */
    public record Frame(boolean last, int opcode, String payload) {
        /** The code of a close frame; 1005 for one without. */
        public int code() {
            return payload.length() < 2 ? 1005 : payload.charAt(0) << 8 | payload.charAt(1);
        }
    }

    /** What a client asks. */
    public static String handshake(String target, String... more) {
        String[] own = {
            "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + KEY
        };
        return Requests.get(
                target, Stream.concat(Arrays.stream(own), Arrays.stream(more)).toArray(String[]::new));
    }

    /** The 101 that accepts a handshake. */
    public static String accepting(Head request, String... more) {
        StringBuilder head = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n")
                .append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ")
                .append(accept(request.value("sec-websocket-key")))
                .append("\r\n");
        for (String line : more) {
            head.append(line).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    private static String accept(String key) {
        try {
            byte[] text = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1);
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    public static String fromServer(int opcode, String payload) {
        return frame(new Frame(true, opcode, payload), "");
    }

    public static String fromClient(int opcode, String payload) {
        return frame(new Frame(true, opcode, payload), MASK);
    }

    /** A close frame's payload. */
    public static String code(int code) {
        return "" + (char) (code >> 8) + (char) (code & 0xff);
    }

    private static String frame(Frame frame, String mask) {
        int length = frame.payload().length();
        StringBuilder out = new StringBuilder();
        out.append((char) ((frame.last() ? 0x80 : 0) | frame.opcode()));
        int masked = mask.isEmpty() ? 0 : 0x80;
        if (length < 126) {
            out.append((char) (masked | length));
        } else {
            out.append((char) (masked | 126)).append((char) (length >> 8)).append((char) (length & 0xff));
        }
        return out.append(mask).append(masked(frame.payload(), mask)).toString();
    }

    private static String masked(String payload, String mask) {
        if (mask.isEmpty()) {
            return payload;
        }
        char[] out = payload.toCharArray();
        for (int i = 0; i < out.length; i++) {
            out[i] ^= mask.charAt(i % 4);
        }
        return new String(out);
    }

    /** Reads that number of bytes; fewer at the end. */
    public interface Source {
        String read(int length);
    }

    /** The next frame, masked or not; null where there is none. */
    public static Frame read(Source source) {
        String start = source.read(2);
        if (start.length() < 2) {
            return null;
        }
        int length = start.charAt(1) & 0x7f;
        if (length == 126) {
            String more = source.read(2);
            length = more.charAt(0) << 8 | more.charAt(1);
        }
        String mask = (start.charAt(1) & 0x80) == 0 ? "" : source.read(4);
        String payload = masked(source.read(length), mask);
        return new Frame((start.charAt(0) & 0x80) != 0, start.charAt(0) & 0x0f, payload);
    }

    /** Accepts each handshake (and echoes what is none), sends every message back in the frames in which it came, and answers pings and close frames. */
    public static Script echo() {
        return (request, connection) -> {
            if (!request.head().has("upgrade")) {
                Script.echo().answer(request, connection);
                return;
            }
            connection.send(accepting(request.head()));
            for (Frame frame = read(connection::readExactly); frame != null; frame = read(connection::readExactly)) {
                int opcode = frame.opcode() == PING ? PONG : frame.opcode();
                connection.send(frame(new Frame(frame.last(), opcode, frame.payload()), ""));
                if (opcode == CLOSE) {
                    connection.close();
                    return;
                }
            }
        };
    }
}
