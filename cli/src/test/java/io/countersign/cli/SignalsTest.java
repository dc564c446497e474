package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.countersign.cli.demo.Leash;
import io.countersign.testing.TestJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code countersign run} does at each signal, as a process before a real upstream. */
@Timeout(120)
class SignalsTest {
    private static final Pattern READY = Pattern.compile("ready on (http://[^,]+), admin on (http://[^;]+);");

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final CountDownLatch streaming = new CountDownLatch(1);
    private final CountDownLatch finish = new CountDownLatch(1);
    private HttpServer upstream;
    private Process process;
    private BufferedReader lines;
    private String proxy;
    private String admin;

    @BeforeEach
    void start() throws IOException {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "upstream");
            thread.setDaemon(true);
            return thread;
        }));
        upstream.createContext("/", call -> {
            call.sendResponseHeaders(200, 0);
            try (var out = call.getResponseBody()) {
                out.write("begun,".getBytes(StandardCharsets.US_ASCII));
                out.flush();
                if (call.getRequestURI().getPath().endsWith("/stream")) {
                    streaming.countDown();
                    finish.await();
                }
                out.write("ended".getBytes(StandardCharsets.US_ASCII));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        upstream.start();
    }

    @AfterEach
    void end() throws InterruptedException {
        finish.countDown();
        upstream.stop(0);
        process.destroyForcibly().waitFor();
    }

    private void run(String drain) throws IOException {
        run(drain, "", "countersign: ready on ");
    }

    private void run(String drain, String more, String start) throws IOException {
        Files.writeString(folder.resolve("deny.list"), "# nobody\n");
        Path config = Files.writeString(folder.resolve("countersign.conf"), """
                countersign {
                  listeners = [{ bind = "127.0.0.1:0" }]
                  admin { bind = "127.0.0.1:0" }
                  access { deny-files = ["deny.list"] }
                  drain { %s }
                  %s
                  credentials { default { access-key-id = AKIDPROCESS, secret-access-key = secret } }
                  routes { metrics { upstream = "http://127.0.0.1:%d", service = execute-api, region = us-east-1 } }
                }
                """.formatted(
                        drain, more, upstream.getAddress().getPort()));
        List<String> command = TestJvm.command("io.countersign.cli.Main");
        command.addAll(List.of("run", "--config", config.toString()));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Leash.tie(process);
        lines = process.inputReader(StandardCharsets.UTF_8);
        Matcher ready = READY.matcher(await(start));
        assertTrue(ready.find());
        proxy = ready.group(1);
        admin = ready.group(2);
    }

    @Test
    void whereTheLogIsJsonEachLineFromThenOnIs() throws Exception {
        run("quiet = 100 ms", "log.format = json", "\"message\":\"ready on ");
        signal("TERM");
        List<String> rest = lines.lines().toList();
        assertEquals(0, process.waitFor());
        assertTrue(rest.stream().allMatch(line -> line.startsWith("{\"time\":")), rest::toString);
    }

    /** The next line that holds {@code text}. */
    private String await(String text) throws IOException {
        StringBuilder seen = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.contains(text)) {
                return line;
            }
            seen.append(line).append('\n');
        }
        throw new AssertionError("no '" + text + "' in:\n" + seen);
    }

    private void awaitAll(String... texts) throws IOException {
        List<String> missing = new ArrayList<>(List.of(texts));
        StringBuilder seen = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            seen.append(line).append('\n');
            missing.removeIf(line::contains);
            if (missing.isEmpty()) {
                return;
            }
        }
        throw new AssertionError("no " + missing + " in:\n" + seen);
    }

    private void signal(String name) throws IOException, InterruptedException {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor());
    }

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return client.send(request(url), BodyHandlers.ofString());
    }

    private static HttpRequest request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).build();
    }

    private int exitCode() throws InterruptedException {
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it did not end");
        return process.exitValue();
    }

    @Test
    void sigtermEndsAnIdleProxyWithZero() throws Exception {
        run("quiet = 10ms");
        signal("TERM");
        assertEquals(0, exitCode());
    }

    /** Far longer than the quiet time: it ends when the stream does, and the stream is whole. */
    @Test
    void sigtermLetsAStreamFinishWhileNewRequestsAreTaken() throws Exception {
        run("quiet = 10ms, max = 60s");
        assertEquals(200, get(admin + "/readyz").statusCode());
        HttpResponse<InputStream> stream = client.send(request(proxy + "/stream"), BodyHandlers.ofInputStream());
        streaming.await();
        signal("TERM");
        await("draining");
        HttpResponse<String> readiness = get(admin + "/readyz");
        assertEquals("503 draining\n", readiness.statusCode() + " " + readiness.body());
        assertEquals("begun,ended", get(proxy + "/flush").body());
        assertTrue(process.isAlive());
        finish.countDown();
        assertEquals("begun,ended", new String(stream.body().readAllBytes(), StandardCharsets.US_ASCII));
        assertEquals(0, exitCode());
    }

    @Test
    void sigtermWaitsNoLongerThanTheMost() throws Exception {
        run("quiet = 10ms, max = 500ms");
        client.send(request(proxy + "/stream"), BodyHandlers.ofInputStream());
        streaming.await();
        signal("TERM");
        // Two logs in one stream: either line may come first.
        awaitAll("1 exchanges still running, which are cut now", "\"detail\":\"cut: the proxy was stopping\"");
        assertEquals(0, exitCode());
    }

    @Test
    void aSecondSigintEndsAtOnce() throws Exception {
        run("quiet = 60s, max = 60s");
        signal("INT");
        assertTrue(await("draining: until").contains("Ctrl-C again ends at once"));
        signal("INT");
        assertEquals(130, exitCode());
    }

    @Test
    void sighupReadsTheListsAtOnce() throws Exception {
        run("quiet = 10ms");
        assertEquals(200, get(proxy + "/w").statusCode());
        Files.writeString(folder.resolve("deny.list"), "127.0.0.1\n");
        signal("HUP");
        await("configuration taken");
        assertEquals(403, get(proxy + "/w").statusCode());
    }
}
