package io.countersign.proxy.credentials.provider;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A forward proxy on loopback that opens no tunnel: it hangs up, or demands a password first and then refuses. */
final class LoopbackProxy implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Optional<String> credentials;
    private final List<List<String>> requests = new CopyOnWriteArrayList<>();

    /** @param credentials that {@code Proxy-Authorization: Basic} has to carry; empty: it hangs up on everybody */
    LoopbackProxy(Optional<String> credentials) throws IOException {
        this.credentials = credentials;
        Thread thread = new Thread(this::serve, "loopback-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    /** @param login as {@code user:password@}, or empty */
    String url(String login) {
        return "http://" + login + "127.0.0.1:" + server.getLocalPort();
    }

    List<String> requestLines() {
        return requests.stream().map(head -> head.get(0)).toList();
    }

    List<List<String>> requests() {
        return requests;
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
                List<String> head = new ArrayList<>();
                for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                    head.add(line);
                }
                requests.add(head);
                if (credentials.isPresent()) {
                    boolean known = head.stream()
                            .anyMatch(line -> line.equalsIgnoreCase("Proxy-Authorization: Basic " + credentials.get()));
                    String status = known ? "502 Bad Gateway" : "407 Proxy Authentication Required";
                    socket.getOutputStream()
                            .write(("HTTP/1.1 " + status + "\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                                            + "Content-Length: 0\r\nConnection: close\r\n\r\n")
                                    .getBytes(US_ASCII));
                }
            } catch (IOException closed) {
                // A client that hung up, or the end of the test.
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
