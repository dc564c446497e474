package io.countersign.gateway.testing;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The proxy with the gateway, as a user runs it: from a file that can be edited, on a port of its own. */
public final class RunningGateway implements AutoCloseable {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path file;
    private final ProxyServer server;

    /**
     * Starts it.
     *
     * @param settings what stands within {@code countersign { }} besides listeners on loopback, admin and credentials
     */
    public RunningGateway(Path folder, String settings) throws StartFailure {
        this(folder, settings, Map.of());
    }

    /** The same with variables of the environment. */
    public RunningGateway(Path folder, String settings, Map<String, String> environment) throws StartFailure {
        file = folder.resolve("countersign.conf");
        write(settings);
        server = ProxyServer.start(HoconSource.file(file, environment));
    }

    public ProxyServer server() {
        return server;
    }

    public Path file() {
        return file;
    }

    /** Where requests go. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    }

    /** Edits the file, and returns once the edit is in force. */
    public void configure(String settings) {
        int before = System.identityHashCode(server.config());
        write(settings);
        server.reload();
        Await.until("the edit is in force", () -> System.identityHashCode(server.config()) != before);
    }

    private void write(String settings) {
        try {
            Files.writeString(file, """
            countersign {
              listeners = [{ bind = "127.0.0.1:0" }]
              admin { bind = "127.0.0.1:0" }
              credentials { default { access-key-id = AKIDGATEWAY, secret-access-key = SECRETCANARY } }
            %s
            }
            """.formatted(settings));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a request without a body; {@code fields} are names and values in turn. */
    public HttpResponse<String> get(String path, String... fields) {
        return send(HttpRequest.newBuilder(uri(path)).GET(), fields);
    }

    /** Sends a write of telemetry. */
    public HttpResponse<String> post(String path, String body, String... fields) {
        return send(HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.ofString(body)), fields);
    }

    /** Sends any request. */
    public HttpResponse<String> send(HttpRequest.Builder request, String... fields) {
        if (fields.length > 0) {
            request.headers(fields);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One page of the admin port. */
    public String admin(String path) {
        URI uri = URI.create("http://127.0.0.1:" + server.adminAddress().getPort() + path);
        return send(HttpRequest.newBuilder(uri)).body();
    }

    @Override
    public void close() {
        server.close();
    }
}
