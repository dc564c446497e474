package io.countersign.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.countersign.gateway.identity.Role;
import io.countersign.gateway.testing.Chromium;
import io.countersign.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a page of another origin can do to the console from a real Chromium, although it knows a token of an administrator. The first
 * attempt goes to the page's own server, to show that such requests get through at all.
 */
@Timeout(180)
class ForeignPageTest {
    /** Each attempt ends in a word: what the page could read, or that it was not let. */
    private static final String PAGE = """
            <!doctype html><meta charset="utf-8"><title>page</title>
            <iframe name="sink"></iframe>
            <form id="form" method="post" target="sink" enctype="text/plain" action="CONSOLE/api/v1/reload"><input name="a" value="b"></form>
            <script>
            const console_ = 'CONSOLE', token = 'TOKEN', said = [];
            async function attempt(name, run) {
              let result;
              try { result = await run(); } catch (refused) { result = 'refused'; }
              said.push(name + '=' + result);
            }
            const auth = { headers: { Authorization: 'Bearer ' + token } };
            const read = async answer => answer.type === 'opaque' ? 'opaque' : answer.status + ' ' + (await answer.text()).length;
            (async () => {
              await attempt('own', async () => read(await fetch('/own', { method: 'POST', ...auth })));
              await attempt('get', async () => read(await fetch(console_ + '/api/v1/status', auth)));
              await attempt('get-plain', async () => read(await fetch(console_ + '/api/v1/status')));
              await attempt('get-no-cors', async () => read(await fetch(console_ + '/api/v1/status', { mode: 'no-cors', credentials: 'include' })));
              await attempt('post', async () => read(await fetch(console_ + '/api/v1/reload', { method: 'POST', ...auth })));
              await attempt('post-no-cors', async () => read(await fetch(console_ + '/api/v1/reload', { method: 'POST', mode: 'no-cors', ...auth })));
              await attempt('post-json', async () => read(await fetch(console_ + '/api/v1/rules/test', { method: 'POST', body: '{}',
                headers: { 'Content-Type': 'application/json', ...auth.headers } })));
              await attempt('events', () => new Promise(done => {
                const events = new EventSource(console_ + '/api/v1/events', { withCredentials: true });
                events.onopen = () => done('open');
                events.onerror = () => { events.close(); done('refused'); };
              }));
              await attempt('image', () => new Promise(done => {
                const image = new Image();
                image.onload = () => done('loaded');
                image.onerror = () => done('refused');
                image.src = console_ + '/api/v1/status';
              }));
              await attempt('form', () => new Promise(done => {
                document.querySelector('iframe').onload = () => done('sent');
                document.getElementById('form').submit();
              }));
              await attempt('beacon', async () => navigator.sendBeacon(console_ + '/api/v1/reload', 'x') ? 'sent' : 'refused');
              await attempt('rebound', async () => read(await fetch(console_.replace('127.0.0.1', 'rebound.example') + '/api/v1/status',
                { mode: 'no-cors' })));
              await fetch('/done', { method: 'POST', body: said.join('\\n') });
            })();
            </script>
            """;

    @TempDir
    Path folder;

    @TempDir
    Path profile;

    private final AtomicReference<String> said = new AtomicReference<>("");
    private final CountDownLatch done = new CountDownLatch(1);
    private RunningConsole running;
    private HttpServer site;
    private Process chromium;

    @BeforeEach
    void start() throws Exception {
        running = new RunningConsole(folder, "");
        site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String page = PAGE.replace("CONSOLE", running.url()).replace("TOKEN", running.token(Role.ADMIN));
        site.createContext("/", exchange -> answer(exchange, page));
        site.createContext("/done", exchange -> {
            said.set(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            answer(exchange, "");
            done.countDown();
        });
        site.start();
    }

    private static void answer(HttpExchange exchange, String body) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (chromium != null) {
            chromium.descendants().forEach(ProcessHandle::destroyForcibly);
            chromium.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        site.stop(0);
        running.close();
    }

    private void open(String url) throws IOException {
        chromium = Chromium.command(profile, "--host-resolver-rules=MAP rebound.example 127.0.0.1", url)
                .start();
    }

    @Test
    void changesNothingAndReadsNothing() throws IOException {
        long before = reloads();
        open("http://127.0.0.1:" + site.getAddress().getPort() + "/");
        Await.released("the page has tried it all", done);

        List<String> lines = said.get().lines().toList();
        assertTrue(lines.get(0).startsWith("own=200 "), said::get);
        assertEquals(
                List.of(
                        "get=refused",
                        "get-plain=refused",
                        "get-no-cors=opaque",
                        "post=refused",
                        "post-no-cors=opaque",
                        "post-json=refused",
                        "events=refused",
                        "image=refused",
                        "form=sent",
                        "beacon=sent",
                        "rebound=opaque"),
                lines.subList(1, lines.size()));
        // Reloads are done in the order in which they were asked for, so one of the page's would have been counted
        // before ours.
        assertEquals(
                202,
                running.console()
                        .post("/api/v1/reload", running.token(Role.ADMIN), "")
                        .status());
        Await.until("our own reload is done", () -> reloads() > before);
        assertEquals(before + 1, reloads());
    }

    private long reloads() {
        return Long.parseLong(running.get("/api/v1/status")
                .replaceFirst("(?s).*\"number\":(\\d+).*", "$1")
                .strip());
    }
}
