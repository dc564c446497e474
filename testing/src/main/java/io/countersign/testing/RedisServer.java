package io.countersign.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A real Redis server on loopback that keeps nothing on disk, and can be killed, paused, and started again on the same port. It ends with
 * the tests, should they be killed.
 */
public final class RedisServer implements AutoCloseable {
    /** It lives for as long as somebody holds the other end of the shell's standard input. */
    private static final String SHELL =
            "redis-server \"$@\" </dev/null >redis.log 2>&1 & echo $!; read -r _; kill -9 $!; wait $!";

    private final Path folder;
    private final int port;
    private final List<String> options;
    private Process shell;
    private String pid;

    private RedisServer(Path folder, int port, List<String> options) {
        this.folder = folder;
        this.port = port;
        this.options = options;
    }

    /**
     * Starts one.
     *
     * @param folder for its log
     * @param options of its command line, besides those for the address and for disks
     * @throws AssertionError if it is not installed
     */
    public static RedisServer start(Path folder, String... options) throws IOException {
        int port;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = probe.getLocalPort();
        }
        RedisServer server = new RedisServer(folder, port, List.of(options));
        server.start();
        return server;
    }

    public int port() {
        return port;
    }

    /** The same port again, and nothing of what it knew. */
    public void start() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                SHELL,
                "redis",
                "--bind",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--save",
                "",
                "--appendonly",
                "no"));
        command.addAll(options);
        shell = new ProcessBuilder(command).directory(folder.toFile()).start();
        pid = new BufferedReader(shell.inputReader(StandardCharsets.UTF_8)).readLine();
        Await.until("redis-server (Debian: redis-server) to listen, log " + folder.resolve("redis.log"), () -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            }
        });
    }

    /** What it answers to one command, such as {@code KEYS *}; a reply of one line or one string. */
    public String ask(String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            out.write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
            try (InputStream in = socket.getInputStream()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
    }

    /** It takes connections and answers nothing, until {@link #resume}. */
    public void pause() throws IOException {
        signal("STOP");
    }

    public void resume() throws IOException {
        signal("CONT");
    }

    private void signal(String name) throws IOException {
        new ProcessBuilder("kill", "-" + name, pid).start().onExit().join();
    }

    /** As {@code kill -9} does. */
    public void kill() throws IOException {
        shell.getOutputStream().close();
        shell.onExit().join();
    }

    @Override
    public void close() throws IOException {
        kill();
    }
}
