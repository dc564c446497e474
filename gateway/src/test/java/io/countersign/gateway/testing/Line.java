package io.countersign.gateway.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One client connection, from an address of its own, on which requests follow each other. */
public final class Line implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket = new Socket();
    private final InputStream in;

    /** A response whose body has a length. */
    public record Answer(int status, Map<String, String> fields, String body) {}

    /** @param from an address of this machine */
    public Line(String from, InetSocketAddress to) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(to);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Sends a part of a request, or nothing. */
    public void write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    public Answer get(String target, String... fields) throws IOException {
        return send("GET " + target, "", fields);
    }

    public Answer post(String target, String... fields) throws IOException {
        return send("POST " + target, "body", fields);
    }

    private Answer send(String start, String body, String... fields) throws IOException {
        write(start + " HTTP/1.1\r\nhost: localhost\r\n"
                + String.join(
                        "",
                        java.util.Arrays.stream(fields)
                                .map(field -> field + "\r\n")
                                .toList())
                + (body.isEmpty() ? "" : "content-length: " + body.length() + "\r\n") + "\r\n" + body);
        return read();
    }

    /** The next response. */
    public Answer read() throws IOException {
        String status = line();
        if (!status.startsWith("HTTP/1.1 ")) {
            throw new IOException("not a response: " + status);
        }
        Map<String, String> fields = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            fields.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(fields.getOrDefault("content-length", "0"));
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        return new Answer(Integer.parseInt(status.substring(9, 12)), fields, body);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the connection was closed" + (line.isEmpty() ? "" : " after " + line));
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
