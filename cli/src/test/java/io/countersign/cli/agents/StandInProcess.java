package io.countersign.cli.agents;

import com.typesafe.config.Config;
import io.countersign.standin.json.Json;
import io.countersign.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The stand-in in a process of its own, with what it accepted kept on disk. */
public final class StandInProcess implements AutoCloseable {
    private final int port = Ports.free();
    private final int control = Ports.free();
    private final Path data;
    private final Child child;

    public StandInProcess(Path folder, Key key) {
        this(folder, key, "execute-api");
    }

    /** @param service that signatures must be for */
    StandInProcess(Path folder, Key key, String service) {
        data = folder.resolve("standin");
        child = Child.java(
                folder.resolve("standin.log"),
                Map.of(
                        "AWS_ACCESS_KEY_ID", key.id(),
                        "AWS_SECRET_ACCESS_KEY", key.secret(),
                        "AWS_SESSION_TOKEN", key.token()),
                "io.countersign.cli.Main",
                List.of(
                        "standin",
                        "--listen=127.0.0.1:" + port,
                        "--control=127.0.0.1:" + control,
                        "--service=" + service,
                        "--ca-out=" + folder.resolve("ca.pem"),
                        "--data=" + data));
    }

    public void start() {
        child.start();
        child.awaitReady(() -> stats() != null);
    }

    public void kill() {
        child.kill();
    }

    public int port() {
        return port;
    }

    public Config stats() throws IOException {
        return Json.read(Http.get(url("/stats")));
    }

    public long stat(String path) throws IOException {
        return stats().getLong(path);
    }

    /** Every accepted sample, a line each. */
    public List<String> samples() throws IOException {
        return Http.get(url("/samples")).lines().toList();
    }

    /** The last request that came, and what was made of it. */
    public String lastRequest() throws IOException {
        return Http.get(url("/last?n=1"));
    }

    /** All of the last requests that are kept. */
    public String lastRequests() throws IOException {
        return Http.get(url("/last?n=256"));
    }

    public void credentials(String command) throws IOException {
        Http.exchange("POST", url("/credentials"), command);
    }

    public void fault(String json) throws IOException {
        Http.exchange("POST", url("/faults"), json);
    }

    public void clearFaults() throws IOException {
        Http.exchange("DELETE", url("/faults"), "");
    }

    /** Waits until samples come in again that had not come before. */
    public void awaitProgress(String after) throws IOException {
        long before = stat("distinct");
        Await.until("new samples after " + after, () -> stat("distinct") > before);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + control + path;
    }

    @Override
    public void close() {
        child.close();
    }
}
