package io.countersign.cli;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.settings.HoconSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code countersign train}: starts the proxy as {@code run} does, with lists and without, sends requests through it and ends, so that the
 * JVM sees what a start needs and keeps it in an archive.
 *
 * <p>Hidden: only the scripts that make the archive call it.
 */
@Command(name = "train", hidden = true, description = "Start, sign some requests for a server of its own, and end.")
final class TrainCommand implements Callable<Integer> {
    /** Enough for the JVM to see what is hot; more gains nothing at start. */
    private static final int REQUESTS = 100;

    private final Console console;

    @Parameters(paramLabel = "KEY", description = "What scripts/training-key makes.")
    private Path key;

    TrainCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        Path folder = null;
        try {
            folder = Files.createTempDirectory("countersign-train");
            Path file = folder.resolve("countersign.conf");
            try (TrainingUpstream upstream = TrainingUpstream.start(key, folder.resolve("ca.pem"))) {
                for (String access : List.of("", "allow = [\"127.0.0.0/8\"], deny = [\"192.0.2.0/24\"]")) {
                    Files.writeString(file, config(upstream.port(), access));
                    new Serving(console).run(HoconSource.file(file, Map.of()), (proxy, stop) -> use(proxy));
                }
            }
            return 0;
        } catch (UncheckedIOException e) {
            throw CommandFailure.failed("train: " + e.getCause());
        } catch (IOException | GeneralSecurityException e) {
            throw CommandFailure.failed("train: " + e);
        } finally {
            delete(folder);
        }
    }

    private static void use(ProxyServer proxy) {
        try {
            for (int i = 0; i < REQUESTS; i++) {
                send(proxy.address(), i);
            }
            get(proxy.adminAddress(), "/livez");
            get(proxy.adminAddress(), "/metrics");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String config(int upstream, String access) {
        return """
                countersign {
                  listeners = [{ bind = "127.0.0.1:0" }]
                  admin { bind = "127.0.0.1:0" }
                  access { %s }
                  drain { quiet = 10 ms, max = 1 s }
                  credentials { default { access-key-id = AKIDTRAINING, secret-access-key = training } }
                  routes {
                    training {
                      upstream = "https://localhost:%d/prod"
                      service = execute-api
                      region = us-east-1
                      tls { ca = "ca.pem" }
                    }
                  }
                }
                """.formatted(access, upstream);
    }

    private static void send(InetSocketAddress proxy, int number) throws IOException {
        String status = exchange(
                proxy,
                "POST /api/v1/write?n=" + number + " HTTP/1.1\r\nHost: localhost\r\n"
                        + "Content-Type: application/x-protobuf\r\nContent-Length: 8\r\nConnection: close\r\n\r\ntraining");
        if (!status.startsWith("HTTP/1.1 200 ")) {
            throw new IOException("request " + number + " was answered " + status);
        }
    }

    private static void get(InetSocketAddress admin, String path) throws IOException {
        exchange(admin, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    }

    private static String exchange(InetSocketAddress to, String request) throws IOException {
        try (Socket socket = new Socket(to.getAddress(), to.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String status = in.readLine();
            while (in.readLine() != null) {
                // to the end
            }
            return String.valueOf(status);
        }
    }

    private static void delete(Path folder) {
        if (folder != null) {
            for (String name : new String[] {"ca.pem", "countersign.conf", ""}) {
                folder.resolve(name).toFile().delete();
            }
        }
    }
}
