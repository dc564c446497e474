package io.countersign.proxy.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A response read from a blocking socket, by the decoder that reads all others. A socket's own limit is one for each read, and a
 * server that drips keeps to it; so an interrupt ends the reading as well, after the read at which it comes.
 *
 * @param fields by name, which is found in any case
 * @param body empty where the head alone was read
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record WholeResponse(int status, Map<String, List<String>> fields, byte[] body) {
    private static final Limits LIMITS = new Limits(1024, 16 * 1024, 128, Integer.MAX_VALUE);
    private static final int MAX_INTERIM = 4;

    /**
     * Reads a final response, which must be the last on its connection.
     *
     * @param maxBody in bytes; a longer one is an error
     * @throws IOException when it can't be read, or is not HTTP/1.1
     */
    public static WholeResponse read(InputStream in, int maxBody) throws IOException {
        try (Reading reading = new Reading(maxBody)) {
            byte[] bytes = new byte[8 * 1024];
            while (!reading.ended) {
                int n = read(in, bytes);
                if (n < 0) {
                    reading.end();
                } else {
                    reading.add(bytes, n);
                }
            }
            return reading.response();
        }
    }

    /** Reads the head of a final response and not a byte beyond it. */
    public static WholeResponse readHead(InputStream in) throws IOException {
        try (Reading reading = new Reading(0)) {
            byte[] one = new byte[1];
            while (reading.head == null) {
                if (read(in, one) < 0) {
                    throw new IOException("the connection was closed before a response");
                }
                reading.add(one, 1);
            }
            return reading.response();
        }
    }

    private static int read(InputStream in, byte[] into) throws IOException {
        int n = in.read(into);
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("the response was given up");
        }
        return n;
    }

    /** One response as it comes. */
    private static final class Reading implements AutoCloseable {
        private final EmbeddedChannel decoder = new EmbeddedChannel(new ResponseDecoder(LIMITS));
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private final int maxBody;
        private HttpResponse head;
        private int interim;
        private boolean ended;

        Reading(int maxBody) {
            this.maxBody = maxBody;
        }

        void add(byte[] bytes, int length) throws IOException {
            decoder.writeInbound(Unpooled.copiedBuffer(bytes, 0, length));
            take();
        }

        void end() throws IOException {
            decoder.finish();
            take();
            if (!ended) {
                throw new IOException("the connection was closed before the response was whole");
            }
        }

        private void take() throws IOException {
            for (Object next = decoder.readInbound(); next != null; next = decoder.readInbound()) {
                try {
                    if (next instanceof HttpResponse response) {
                        head(response);
                    } else if (next instanceof HttpContent content && head != null) {
                        content(content);
                    }
                } finally {
                    ReferenceCountUtil.release(next);
                }
            }
        }

        private void head(HttpResponse response) throws IOException {
            sound(response.decoderResult().cause());
            if (response.status().code() >= 200) {
                head = response;
            } else if (++interim > MAX_INTERIM) {
                throw new IOException("interim responses without end");
            }
        }

        private void content(HttpContent content) throws IOException {
            sound(content.decoderResult().cause());
            ByteBuf piece = content.content();
            if (body.size() + piece.readableBytes() > maxBody) {
                throw new IOException("a response of more than " + maxBody + " bytes");
            }
            piece.readBytes(body, piece.readableBytes());
            ended = content instanceof LastHttpContent;
        }

        private static void sound(Throwable fault) throws IOException {
            if (fault != null) {
                throw new IOException("not a response in HTTP/1.1 (" + fault.getMessage() + ")", fault);
            }
        }

        WholeResponse response() {
            Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            head.headers()
                    .names()
                    .forEach(name -> fields.put(name, head.headers().getAll(name)));
            return new WholeResponse(head.status().code(), fields, body.toByteArray());
        }

        @Override
        public void close() {
            decoder.finishAndReleaseAll();
        }
    }

    /** The values of a field, in order; none where it is absent. */
    public List<String> values(String name) {
        return fields.getOrDefault(name, List.of());
    }

    /** A response may hold credentials. */
    @Override
    public String toString() {
        return "WholeResponse[" + status + ", redacted]";
    }
}
