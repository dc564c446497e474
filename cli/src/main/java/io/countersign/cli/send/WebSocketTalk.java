package io.countersign.cli.send;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A person's end of a WebSocket (RFC 6455): each line goes out as a text message, and each message that comes is printed with a line end.
 * When there are no more lines, it closes with 1000 and prints what still comes.
 */
public final class WebSocketTalk {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int MAX_CONTROL = 125;
    private static final int NORMAL = 1000;
    private static final int NO_STATUS = 1005;
    private static final int CHUNK = 16 * 1024;

    /** For the answer to our close frame. */
    private static final int LAST_WORDS_MILLIS = 10_000;

    private final SecureRandom random = new SecureRandom();
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private boolean closing;

    /**
     * How it ended.
     *
     * @param code of the close frame that came; 1005 where it had none
     */
    public record Closed(int code, String reason) {
        /** Whether nobody complains of anything. */
        public boolean isGood() {
            return code == NORMAL || code == NO_STATUS;
        }

        /** In words. */
        public String words() {
            String what = code == NO_STATUS ? "closed without a code" : "closed with " + code;
            return reason.isEmpty() ? what : what + ": " + reason;
        }
    }

    /** @param in behind the head of the 101 */
    WebSocketTalk(Socket socket, InputStream in) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(in);
        this.out = socket.getOutputStream();
    }

    static String newKey() {
        byte[] key = new byte[16];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    /** What a 101 has to say in Sec-WebSocket-Accept (section 4.2.2). */
    static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    /** Sends the lines and prints what comes, until it is closed. */
    public Closed talk(InputStream lines, OutputStream to) throws IOException {
        socket.setSoTimeout(0);
        Thread sender = new Thread(() -> send(lines), "lines");
        sender.setDaemon(true);
        sender.start();
        while (true) {
            int first = in.readUnsignedByte();
            int opcode = first & 0x0f;
            long length = length();
            if (opcode < CLOSE) {
                print(length, to);
                if ((first & 0x80) != 0) {
                    to.write('\n');
                    to.flush();
                }
                continue;
            }
            if (length > MAX_CONTROL) {
                throw new IOException("a control frame of " + length + " bytes came, which RFC 6455 does not allow");
            }
            byte[] payload = in.readNBytes((int) length);
            if (opcode == PING) {
                frame(PONG, payload);
            } else if (opcode == CLOSE) {
                return closed(payload);
            }
        }
    }

    private long length() throws IOException {
        int second = in.readUnsignedByte();
        if ((second & 0x80) != 0) {
            throw new IOException("a masked frame came, which RFC 6455 does not allow a server");
        }
        long length = second == 126 ? in.readUnsignedShort() : second == 127 ? in.readLong() : second;
        if (length < 0) {
            throw new IOException("a frame came whose length RFC 6455 does not allow");
        }
        return length;
    }

    private void print(long length, OutputStream to) throws IOException {
        byte[] chunk = new byte[(int) Math.min(CHUNK, length)];
        for (long left = length; left > 0; ) {
            int n = in.read(chunk, 0, (int) Math.min(chunk.length, left));
            if (n < 0) {
                throw new EOFException("the connection ended within a frame");
            }
            to.write(chunk, 0, n);
            left -= n;
        }
    }

    private Closed closed(byte[] payload) throws IOException {
        answer(payload);
        int code = payload.length < 2 ? NO_STATUS : (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
        String reason = payload.length < 3 ? "" : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        return new Closed(code, printable(reason));
    }

    /** With the same code, unless a close frame of ours has gone before. */
    private synchronized void answer(byte[] close) throws IOException {
        frame(CLOSE, close.length < 2 ? new byte[0] : new byte[] {close[0], close[1]});
        closing = true;
    }

    /** What a server says must not act on a terminal. */
    private static String printable(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** On a thread of its own, since a terminal gives a line when its person likes to. */
    private void send(InputStream lines) {
        try {
            BufferedReader reader = new BufferedReader(new InputStreamReader(lines, StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                frame(TEXT, line.getBytes(StandardCharsets.UTF_8));
            }
            end();
        } catch (IOException e) {
            // The reader of frames meets the same end, and says it.
        }
    }

    private synchronized void end() throws IOException {
        if (!closing) {
            frame(CLOSE, new byte[] {(byte) (NORMAL >> 8), (byte) NORMAL});
            closing = true;
            socket.setSoTimeout(LAST_WORDS_MILLIS);
        }
    }

    private synchronized void frame(int opcode, byte[] payload) throws IOException {
        // No message may follow a close frame; a ping is still answered (section 5.5.2).
        if (closing && opcode != PONG) {
            return;
        }
        byte[] key = new byte[4];
        random.nextBytes(key);
        int extra = payload.length < 126 ? 0 : payload.length <= 0xffff ? 2 : 8;
        byte[] frame = new byte[2 + extra + 4 + payload.length];
        frame[0] = (byte) (0x80 | opcode);
        frame[1] = (byte) (0x80 | (extra == 0 ? payload.length : extra == 2 ? 126 : 127));
        for (int i = 0; i < extra; i++) {
            frame[2 + i] = (byte) ((long) payload.length >> (8 * (extra - 1 - i)));
        }
        System.arraycopy(key, 0, frame, 2 + extra, 4);
        for (int i = 0; i < payload.length; i++) {
            frame[6 + extra + i] = (byte) (payload[i] ^ key[i % 4]);
        }
        out.write(frame);
        out.flush();
    }
}
