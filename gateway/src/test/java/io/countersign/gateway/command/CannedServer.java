package io.countersign.gateway.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Takes one connection, reads one request, and sends what it was given. */
final class CannedServer implements AutoCloseable {
    private final ServerSocketChannel server;
    private final CompletableFuture<String> request = new CompletableFuture<>();

    private CannedServer(ServerSocketChannel server, SocketAddress address, String answer) throws IOException {
        this.server = server.bind(address);
        Thread thread = new Thread(() -> serve(answer), "canned-server");
        thread.setDaemon(true);
        thread.start();
    }

    static CannedServer tcp(String answer) throws IOException {
        return new CannedServer(
                ServerSocketChannel.open(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), answer);
    }

    static CannedServer unix(Path path, String answer) throws IOException {
        return new CannedServer(
                ServerSocketChannel.open(StandardProtocolFamily.UNIX), UnixDomainSocketAddress.of(path), answer);
    }

    int port() throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    String request() throws InterruptedException, ExecutionException, TimeoutException {
        return request.get(10, TimeUnit.SECONDS);
    }

    private void serve(String answer) {
        try (SocketChannel channel = server.accept();
                InputStream in = Channels.newInputStream(channel);
                OutputStream out = Channels.newOutputStream(channel)) {
            String head = "";
            while (!head.endsWith("\r\n\r\n")) {
                head += (char) in.read();
            }
            int length = head.contains("content-length: ")
                    ? Integer.parseInt(head.replaceFirst("(?s).*content-length: (\\d+)\r\n.*", "$1"))
                    : 0;
            request.complete(head + new String(in.readNBytes(length), StandardCharsets.UTF_8));
            out.write(answer.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            request.completeExceptionally(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
