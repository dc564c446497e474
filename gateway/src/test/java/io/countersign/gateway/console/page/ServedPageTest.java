package io.countersign.gateway.console.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.console.RunningConsole;
import io.countersign.gateway.console.serve.RawConsole;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedPageTest {
    private static final Pattern PATH = Pattern.compile("[\"'](/page/[a-z]+\\.[0-9a-f]{16}\\.[a-z]+)[\"']");

    private RunningConsole running;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        running = new RunningConsole(folder, "");
    }

    @AfterEach
    void stop() {
        running.close();
    }

    private RawConsole.Answer get(String path, String... fields) {
        return running.console().send("GET", path, "", String.join("", fields), "");
    }

    @Test
    void comesWithoutATokenAndRefersToFilesThatAreThere() {
        Set<String> reached = new LinkedHashSet<>();
        List<String> next = new ArrayList<>(List.of("/"));
        while (!next.isEmpty()) {
            String path = next.remove(0);
            RawConsole.Answer answer = get(path);
            assertEquals(200, answer.status(), path);
            // Larger ones would be few at a time.
            assertTrue(answer.body().length() < 64 * 1024, path);
            Matcher found = PATH.matcher(answer.body());
            while (found.find()) {
                if (reached.add(found.group(1))) {
                    next.add(found.group(1));
                }
            }
            assertFalse(
                    Pattern.compile("[\"']\\./").matcher(answer.body()).find(), path + " names a file without a hash");
        }
        assertEquals(Page.resources().size() - 1, reached.size(), reached::toString);
    }

    /** What no browser is to do with it. */
    @Test
    void letsABrowserLoadNothingFromElsewhere() {
        for (String path : List.of("/", first())) {
            String head = get(path).head();
            assertTrue(
                    head.contains("content-security-policy: default-src 'none'; script-src 'self'; style-src 'self';"
                            + " connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none';"
                            + " frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'\r\n"),
                    head);
            for (String field : List.of(
                    "x-content-type-options: nosniff",
                    "referrer-policy: no-referrer",
                    "cross-origin-opener-policy: same-origin",
                    "cross-origin-resource-policy: same-origin")) {
                assertTrue(head.contains(field + "\r\n"), () -> field + " in " + head);
            }
            assertFalse(head.contains("set-cookie"), head);
        }
    }

    /** The first file that the page names. */
    private String first() {
        Matcher found = PATH.matcher(get("/").body());
        assertTrue(found.find());
        return found.group(1);
    }

    @Test
    void isKeptByBrowsersAsLongAsItStaysTheSame() {
        assertTrue(get(first()).head().contains("cache-control: public, max-age=31536000, immutable\r\n"));

        String head = get("/").head();
        assertTrue(head.contains("cache-control: no-cache\r\n"), head);
        String tag = head.replaceFirst("(?s).*\\r\\netag: ([^\\r]+)\\r\\n.*", "$1");
        RawConsole.Answer known = get("/", "If-None-Match: \"other\", " + tag + "\r\n");
        assertEquals(304, known.status());
        assertEquals("", known.body());
        assertTrue(known.head().contains("etag: " + tag), known.head());
        assertFalse(known.head().contains("content-length"), known.head());
        assertEquals(200, get("/", "If-None-Match: \"other\"\r\n").status());
    }

    @Test
    void isCompressedForThoseWhoTakeIt() throws IOException {
        String path = first();
        RawConsole.Answer plain = get(path);
        assertFalse(plain.head().contains("content-encoding"), plain.head());
        byte[] all;
        try (Socket socket = running.console()
                .open("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: br, gzip\r\n\r\n")) {
            all = socket.getInputStream().readAllBytes();
        }
        String text = new String(all, StandardCharsets.ISO_8859_1);
        int body = text.indexOf("\r\n\r\n") + 4;
        assertTrue(text.substring(0, body).contains("content-encoding: gzip\r\n"), text.substring(0, body));
        assertTrue(text.substring(0, body).contains("vary: accept-encoding\r\n"), text.substring(0, body));
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(all, body, all.length - body))) {
            assertEquals(plain.body(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** From a dashboard, say; and nothing but a link. */
    @Test
    void opensWhereALinkOnAnotherPageLeadsToIt() {
        String site = "Sec-Fetch-Site: cross-site\r\n";
        String link = site + "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
        assertEquals(200, get("/", link).status());
        assertEquals(401, get("/api/v1/status", link).status());
        assertEquals(
                403, get("/", link, "Origin: https://dashboards.example\r\n").status());
        assertEquals(
                403,
                get("/", site, "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n")
                        .status());
        assertEquals(
                403,
                get("/", site, "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: document\r\n")
                        .status());
        assertEquals(403, get("/", site).status());
        assertEquals(
                403,
                running.console().send("POST", "/api/v1/reload", "", link, "").status());
    }

    /** A path of an older version, or a guessed one. */
    @Test
    void nothingElseIsThereWithoutAToken() {
        for (String path : List.of("/page/app.js", "/page/app.0000000000000000.js", "/page/", "/index.html")) {
            assertEquals(401, get(path).status(), path);
        }
    }
}
