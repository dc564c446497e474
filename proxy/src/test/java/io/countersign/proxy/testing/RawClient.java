package io.countersign.proxy.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.countersign.testing.Await;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A client that sends exactly the bytes it is given; every wait has a deadline. */
public final class RawClient implements AutoCloseable {
    /** How the proxy ended the connection, and what it had still sent by then. */
    public record End(String rest, boolean reset) {}

    private final Socket socket;
    private final WireReader reader;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.reader = new WireReader(new BufferedInputStream(socket.getInputStream()));
    }

    public static RawClient connect(InetSocketAddress address) {
        return connect(address, 0);
    }

    /** @param receiveBuffer bytes the kernel may hold for us, for a slow reader; 0: the system's choice */
    public static RawClient connect(InetSocketAddress address, int receiveBuffer) {
        return connect(address, receiveBuffer, "127.0.0.1");
    }

    /** @param from the address that the proxy sees; all of 127.0.0.0/8 is ours to call from */
    public static RawClient connectFrom(String from, InetSocketAddress address) {
        return connect(address, 0, from);
    }

    /** Through a Unix socket. */
    public static RawClient connect(Path socket) {
        try {
            return new RawClient(new UnixSocket(socket));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Over a socket that is connected, such as one with TLS. */
    public static RawClient over(Socket socket) {
        try {
            socket.setSoTimeout((int) Await.LIMIT.toMillis());
            return new RawClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RawClient connect(InetSocketAddress address, int receiveBuffer, String from) {
        Socket socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(from, 0));
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) Await.LIMIT.toMillis());
            socket.connect(address, (int) Await.LIMIT.toMillis());
            return new RawClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public RawClient send(String latin1) {
        return send(latin1.getBytes(ISO_8859_1));
    }

    /** A peer that has closed already is no fault here: what it answered is still to be read. */
    public RawClient send(byte[] bytes) {
        trySend(bytes);
        return this;
    }

    /** False once the proxy takes no more. */
    public boolean trySend(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** One response to a request that was not HEAD, with its body to the end. */
    public Response read() {
        return read("GET");
    }

    public Response read(String requestMethod) {
        List<Head> informational = new ArrayList<>();
        Head head = readHead();
        while (head.status() < 200 && head.status() != 101) {
            informational.add(head);
            head = readHead();
        }
        return withBody(informational, head, requestMethod);
    }

    /** The next head alone, 1xx included; its body is left to be read. */
    public Head readHead() {
        return nextHead().orElseThrow(() -> new AssertionError("closed before a whole response head had come"));
    }

    /** Empty when the connection ends, in whatever way, before a response. */
    public Optional<Response> tryRead() {
        Optional<Head> head = nextHead();
        while (head.isPresent() && head.get().status() < 200) {
            head = nextHead();
        }
        return head.map(last -> withBody(List.of(), last, "GET"));
    }

    /** Exactly that many bytes, whatever they are. */
    public String readExactly(int length) {
        WireReader.Body body = reader.counted(length);
        if (body.ending() != WireReader.Ending.COMPLETE) {
            throw new AssertionError(body.ending() + " after " + body.bytes().length() + " of " + length + " bytes");
        }
        return body.bytes();
    }

    /** Reads until the proxy has closed the connection. */
    public End readToEnd() {
        WireReader.Body body = reader.toEnd();
        return new End(body.bytes(), body.ending() == WireReader.Ending.RESET);
    }

    /** Says that no more will be sent, and goes on reading. */
    public RawClient halfClose() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Goes away without a word, by RST. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<Head> nextHead() {
        try {
            return reader.head();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Response withBody(List<Head> informational, Head head, String requestMethod) {
        WireReader.Body body = readBody(head, requestMethod);
        boolean complete = body.ending() == WireReader.Ending.COMPLETE;
        return new Response(informational, head, body.bytes(), complete, body.trailers());
    }

    private WireReader.Body readBody(Head head, String requestMethod) {
        int status = head.status();
        if (requestMethod.equals("HEAD") || status == 204 || status == 304 || status == 101) {
            return new WireReader.Body("", "", WireReader.Ending.COMPLETE);
        }
        if (head.lists("transfer-encoding", "chunked")) {
            return reader.chunked();
        }
        return head.has("content-length")
                ? reader.counted(Long.parseLong(head.value("content-length")))
                : reader.toEnd();
    }
}
