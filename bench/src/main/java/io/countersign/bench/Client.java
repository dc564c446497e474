package io.countersign.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One connection on loopback that sends the same POST again and again, and connects anew where it has to. Confined to one thread, except for {@link #close}. */
final class Client {
    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LENGTH = "\r\ncontent-length:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE = "\r\nconnection: close".getBytes(StandardCharsets.US_ASCII);

    private final InetSocketAddress server;
    private final ByteBuffer request;
    private final ByteBuffer response = ByteBuffer.allocateDirect(64 << 10);
    private volatile SocketChannel channel;

    Client(int port, String path, int body) {
        server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        byte[] head = ("POST " + path + " HTTP/1.1\r\nHost: localhost:" + port
                        + "\r\nContent-Type: application/x-protobuf\r\nContent-Length: " + body + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        request = ByteBuffer.allocateDirect(head.length + body).put(head);
        while (request.hasRemaining()) {
            request.put((byte) ('0' + request.position() % 10));
        }
    }

    /** Sends it and reads the whole response, whose status is returned; 0 when none came. */
    int exchange() {
        try {
            SocketChannel open = channel;
            if (open == null) {
                open = SocketChannel.open(server);
                open.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel = open;
            }
            for (request.rewind(); request.hasRemaining(); ) {
                if (open.write(request) < 0) {
                    throw new EOFException();
                }
            }
            return read(open);
        } catch (IOException e) {
            close();
            return 0;
        }
    }

    private int read(SocketChannel open) throws IOException {
        response.clear();
        int head = -1;
        while ((head = find(END_OF_HEAD, 0)) < 0) {
            more(open);
        }
        int status = (response.get(9) - '0') * 100 + (response.get(10) - '0') * 10 + response.get(11) - '0';
        int end = head + END_OF_HEAD.length + length();
        while (response.position() < end) {
            more(open);
        }
        if (find(CLOSE, 0) >= 0) {
            close();
        }
        return status;
    }

    private void more(SocketChannel open) throws IOException {
        if (!response.hasRemaining() || open.read(response) < 0) {
            throw new EOFException();
        }
    }

    private int length() throws IOException {
        int at = find(LENGTH, 0);
        if (at < 0) {
            throw new IOException("a response without a length");
        }
        int length = 0;
        for (at += LENGTH.length; response.get(at) != '\r'; at++) {
            if (response.get(at) != ' ') {
                length = length * 10 + response.get(at) - '0';
            }
        }
        return length;
    }

    /** Where these bytes, in small letters, are among those that have been read; -1 where they are not. */
    private int find(byte[] text, int from) {
        for (int i = from; i + text.length <= response.position(); i++) {
            int same = 0;
            while (same < text.length && lower(response.get(i + same)) == text[same]) {
                same++;
            }
            if (same == text.length) {
                return i;
            }
        }
        return -1;
    }

    private static byte lower(byte letter) {
        return letter >= 'A' && letter <= 'Z' ? (byte) (letter + 32) : letter;
    }

    void close() {
        SocketChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // Closed all the same.
            }
        }
    }
}
