package io.countersign.proxy.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.countersign.testing.Await;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** One connection that the proxy made: the script's hand on it. */
public final class ScriptedConnection {
    private static final int PIECE = 16 * 1024;

    private final int number;
    private final Socket transport;
    private final OutputStream out;
    private final WireReader reader;
    private final AtomicLong written = new AtomicLong();
    private final CountDownLatch ended = new CountDownLatch(1);
    private int requests;

    /** @param transport the plain socket under {@code socket}, which is the same one without TLS */
    ScriptedConnection(int number, Socket transport, Socket socket) throws IOException {
        this.number = number;
        this.transport = transport;
        this.out = socket.getOutputStream();
        this.reader = new WireReader(new BufferedInputStream(socket.getInputStream()));
    }

    /** Counted from 1. */
    public int number() {
        return number;
    }

    public ScriptedConnection send(String latin1) {
        return send(latin1.getBytes(ISO_8859_1));
    }

    /** Blocks while the proxy does not read; {@link #written} tells how far it got. */
    public ScriptedConnection send(byte[] bytes) {
        try {
            for (int at = 0; at < bytes.length; at += PIECE) {
                int length = Math.min(PIECE, bytes.length - at);
                out.write(bytes, at, length);
                out.flush();
                written.addAndGet(length);
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes that this side's kernel has taken so far. */
    public long written() {
        return written.get();
    }

    /** Ends the connection in order: over TLS with close_notify, then FIN. */
    public void close() {
        try {
            out.close();
            transport.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** FIN without close_notify; over plain TCP the same as {@link #close}. */
    public void closeWithoutNotify() {
        try {
            transport.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** RST. */
    public void reset() {
        try {
            transport.setSoLinger(true, 0);
            transport.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the proxy has ended its side, dropping what it still sends; for scripts, on their own thread. */
    public void awaitEnd() {
        reader.toEnd();
        ended.countDown();
    }

    /** Waits, on the test's thread, until this connection is over. */
    public void awaitEnded() {
        Await.released("the upstream connection " + number + " ended", ended);
    }

    /** All that still comes until the proxy ends its side, in whatever way; for scripts that take a request apart. */
    public String readToEnd() {
        String rest = reader.toEnd().bytes();
        ended.countDown();
        return rest;
    }

    /** Reads nothing until this side is closed; for an upstream that takes no more. */
    public void awaitClosedUnread() {
        Await.until("the upstream was closed by its test", transport::isClosed);
    }

    /** Exactly that many bytes, or fewer when the proxy ends its side first. */
    public String readExactly(int length) {
        return reader.counted(length).bytes();
    }

    /** Reads the body that a head announces, for a script that was called before it. */
    public String readBody(Head head) {
        if (head.lists("transfer-encoding", "chunked")) {
            return reader.chunked().bytes();
        }
        return head.has("content-length")
                ? reader.counted(Long.parseLong(head.value("content-length"))).bytes()
                : "";
    }

    Optional<Head> readHead() throws IOException {
        return reader.head();
    }

    int nextRequest() {
        return ++requests;
    }

    long received() {
        return reader.count();
    }

    void over() {
        ended.countDown();
        try {
            transport.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
