package io.countersign.proxy.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Takes TCP connections, in its kernel alone, and never says a word: no TLS handshake with it ever ends. */
public final class SilentServer implements AutoCloseable {
    private final ServerSocket server;

    public SilentServer() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    /** A port where nothing listens: the kernel's own choice, given back. */
    public static int unusedPort() {
        try (SilentServer server = new SilentServer()) {
            return server.port();
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
