package io.countersign.gateway.console.page;

import io.countersign.gateway.testing.Chromium;
import io.countersign.proxy.policy.json.JsonFault;
import io.countersign.proxy.policy.json.JsonParser;
import io.countersign.proxy.policy.json.JsonValue;
import io.countersign.proxy.wire.JsonText;
import io.countersign.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real Chromium with one page, driven by its own debugging protocol: what it is asked, what it shows, what it complains about, and
 * which addresses it goes to.
 */
final class Browser implements AutoCloseable {
    private static final int SECONDS = 60;

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonValue.JsonObject>> waiting = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<String> requested = new CopyOnWriteArrayList<>();
    private final Optional<Process> process;
    private final int port;
    private final WebSocket socket;

    /** Starts it, with an empty page. */
    Browser(Path profile) throws IOException {
        ProcessBuilder command =
                Chromium.command(profile, "--hide-scrollbars", "--force-color-profile=srgb", "about:blank");
        command.environment().put("TMPDIR", Files.createDirectories(profile).toString());
        process = Optional.of(command.start());
        Path active = profile.resolve("DevToolsActivePort");
        Await.until(
                "Chromium listens",
                () -> Files.exists(active) && Files.readAllLines(active).size() > 1);
        port = Integer.parseInt(Files.readAllLines(active).get(0));
        socket = connect(page());
        enable();
    }

    /** A further page of the same browser. */
    private Browser(int port, URI page) {
        this.process = Optional.empty();
        this.port = port;
        socket = connect(page);
        enable();
    }

    /** Opens another empty page, in a window of its own: one that is behind others counts as hidden. It ends with this one's browser. */
    Browser window() {
        String target = text(command("Target.createTarget", "\"url\":\"about:blank\",\"newWindow\":true"), "targetId");
        return new Browser(port, URI.create("ws://127.0.0.1:" + port + "/devtools/page/" + target));
    }

    private WebSocket connect(URI page) {
        return http.newWebSocketBuilder().buildAsync(page, new Messages()).join();
    }

    private void enable() {
        List.of("Page.enable", "Runtime.enable", "Log.enable", "Network.enable").forEach(each -> command(each, ""));
    }

    private URI page() {
        String[] url = {""};
        Await.until("Chromium has a page", () -> {
            String list = fetch(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list")));
            url[0] = list.replaceFirst("(?s).*\"type\": \"page\".*?\"webSocketDebuggerUrl\": \"([^\"]+)\".*", "$1");
            return url[0].startsWith("ws:");
        });
        return URI.create(url[0]);
    }

    private String fetch(HttpRequest.Builder request) throws IOException {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** What the page or the browser logged as a warning or an error, and what was thrown. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** The same, and forgets them. */
    List<String> takeComplaints() {
        List<String> taken = complaints();
        complaints.removeAll(taken);
        return taken;
    }

    /** Every address that was asked for. */
    List<String> requested() {
        return List.copyOf(requested);
    }

    /** Forgets which addresses were asked for so far. */
    void forgetRequests() {
        requested.clear();
    }

    /** Opens an address, and returns once it is loaded. */
    void open(String url) {
        command("Page.navigate", "\"url\":" + quoted(url));
        until(
                "the page is loaded",
                "document.readyState === 'complete' && location.href.startsWith(" + quoted(url) + ")");
    }

    /** The value of an expression, or of the promise that it makes, as text. */
    String eval(String expression) {
        JsonValue.JsonObject result = command(
                "Runtime.evaluate",
                "\"awaitPromise\":true,\"returnByValue\":true,\"expression\":"
                        + quoted("(async () => String(await (" + expression + ")))()"));
        if (result.get("exceptionDetails").isPresent()) {
            throw new AssertionError(expression + ": " + result);
        }
        return text(object(result, "result"), "value");
    }

    /** Waits until an expression is true. */
    void until(String what, String expression) {
        try {
            Await.until(what, () -> eval("Boolean(" + expression + ")").equals("true"));
        } catch (AssertionError e) {
            throw new AssertionError(
                    e.getMessage() + "; the page shows: " + eval("document.body.innerText") + complaints, e);
        }
    }

    /** Sets what the page is shown on. */
    void screen(int width, int height, boolean dark) {
        command(
                "Emulation.setDeviceMetricsOverride",
                "\"width\":" + width + ",\"height\":" + height + ",\"deviceScaleFactor\":1,\"mobile\":"
                        + (width < 600));
        command(
                "Emulation.setEmulatedMedia",
                "\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + (dark ? "dark" : "light") + "\"}]");
        // Else colours may be looked at that are not drawn yet.
        eval("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(() => drawn(matchMedia("
                + "'(prefers-color-scheme: dark)').matches))))");
    }

    /** The screen as PNG. */
    byte[] picture() {
        return Base64.getDecoder().decode(text(command("Page.captureScreenshot", "\"format\":\"png\""), "data"));
    }

    /** Presses a key, such as Tab or Enter. */
    void press(String key, int code) {
        String common = "\"key\":" + quoted(key) + ",\"code\":" + quoted(key) + ",\"windowsVirtualKeyCode\":" + code
                + (key.equals("Enter") ? ",\"text\":\"\\r\"" : "");
        command("Input.dispatchKeyEvent", "\"type\":\"keyDown\"," + common);
        command("Input.dispatchKeyEvent", "\"type\":\"keyUp\"," + common);
    }

    /** Types into what has the focus. */
    void type(String text) {
        command("Input.insertText", "\"text\":" + quoted(text));
    }

    /** Frees what nothing refers to, and returns the bytes that the page's scripts hold. */
    long heap() {
        command("HeapProfiler.collectGarbage", "");
        return Long.parseLong(number(command("Runtime.getHeapUsage", ""), "usedSize"));
    }

    /** Nodes of documents that the page holds, also of those that are no longer shown. */
    long nodes() {
        return Long.parseLong(number(command("Memory.getDOMCounters", ""), "nodes"));
    }

    private JsonValue.JsonObject command(String method, String parameters) {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonValue.JsonObject> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        socket.sendText("{\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":{" + parameters + "}}", true)
                .join();
        try {
            JsonValue.JsonObject message = answer.get(SECONDS, TimeUnit.SECONDS);
            if (message.get("error").isPresent()) {
                throw new AssertionError(method + ": " + message);
            }
            return object(message, "result");
        } catch (InterruptedException
                | java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException e) {
            throw new AssertionError(method, e);
        }
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        JsonText.append(out, text, text.length());
        return out.append('"').toString();
    }

    private static JsonValue.JsonObject object(JsonValue.JsonObject in, String name) {
        return (JsonValue.JsonObject) in.get(name).orElseThrow();
    }

    private static String text(JsonValue.JsonObject in, String name) {
        return in.get(name)
                .map(each -> each instanceof JsonValue.JsonString string ? string.text() : each.toString())
                .orElse("");
    }

    private static String number(JsonValue.JsonObject in, String name) {
        return ((JsonValue.JsonNumber) in.get(name).orElseThrow()).text().replaceFirst("\\..*", "");
    }

    private final class Messages implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                String whole = message.toString();
                message.setLength(0);
                came(whole);
            }
            from.request(1);
            return null;
        }

        private void came(String text) {
            try {
                JsonValue.JsonObject whole =
                        (JsonValue.JsonObject) JsonParser.parse(text).value();
                if (whole.get("id").isPresent()) {
                    waiting.remove(Integer.parseInt(number(whole, "id"))).complete(whole);
                } else {
                    event(text(whole, "method"), object(whole, "params"), text);
                }
            } catch (JsonFault e) {
                complaints.add("not understood: " + e.getMessage());
            }
        }

        private void event(String method, JsonValue.JsonObject parameters, String whole) {
            switch (method) {
                case "Network.requestWillBeSent" -> requested.add(text(object(parameters, "request"), "url"));
                case "Runtime.exceptionThrown" -> complaints.add(whole);
                case "Runtime.consoleAPICalled" -> {
                    if (List.of("error", "warning", "assert").contains(text(parameters, "type"))) {
                        complaints.add(whole);
                    }
                }
                case "Log.entryAdded" -> {
                    if (!text(object(parameters, "entry"), "level").equals("verbose")) {
                        complaints.add(whole);
                    }
                }
                default -> {}
            }
        }
    }

    @Override
    public void close() {
        socket.abort();
        process.ifPresent(each -> {
            List<ProcessHandle> all = new ArrayList<>(each.descendants().toList());
            all.add(each.toHandle());
            all.forEach(ProcessHandle::destroyForcibly);
            all.forEach(one -> one.onExit().orTimeout(10, TimeUnit.SECONDS).join());
        });
    }
}
