package io.countersign.proxy.fields;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.upstream.Transport;
import io.countersign.proxy.upstream.UpstreamConfig;
import java.net.URI;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a redirect leads once it has passed: to us where it led to the upstream, and never to a host that nobody named. */
class LocationTest {
    @ParameterizedTest
    @CsvSource({
        "/stage/y?a=b, /y?a=b",
        "/stage, /",
        "/stage?a=b, /?a=b",
        "/stage#f, /#f",
        "https://up.example/stage/y, /y",
        "HTTPS://UP.example/stage/y#f, /y#f",
        "//up.example/stage/y, /y",
        "/stage/a//b, /a//b",
        "https://url.example:9443/stage/y, /y",
        "https://url.example/stage/y, https://url.example/stage/y",
        "https://url.example:94430/stage/y, https://url.example:94430/stage/y",
        // Another place, or none that we could name.
        "/stages/y, /stages/y",
        "/other, /other",
        "y, y",
        "https://up.example, https://up.example",
        "https://up.example:8443/stage/y, https://up.example:8443/stage/y",
        "https://up.example@evil.example/stage/y, https://up.example@evil.example/stage/y",
        "https://up.example.evil.example/stage/y, https://up.example.evil.example/stage/y",
        "http://up.example/stage/y, http://up.example/stage/y",
        "https://elsewhere.example/stage/y, https://elsewhere.example/stage/y",
    })
    void leadsBackToUs(String value, String expected) {
        assertEquals(expected, map(value, "/stage", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "/stage//evil.example/, /stage, '', /.//evil.example/",
        "https://up.example/stage//evil.example/, /stage, '', /.//evil.example/",
        "/stage///evil.example, /stage, '', /.///evil.example",
        "https://up.example//evil.example/x, '', '', /.//evil.example/x",
        "//up.example//evil.example/x, '', '', /.//evil.example/x",
        "/stage//evil.example/, /stage, /api, /api//evil.example/",
        "/stage//evil.example/, /stage, /, /.//evil.example/",
        "/stage/\\evil.example, /stage, '', /stage/\\evil.example",
        "https://up.example/\\evil.example, '', '', https://up.example/\\evil.example",
        "https://up.example\\@evil.example/, '', '', https://up.example\\@evil.example/",
    })
    void neverTurnsAPathIntoAHost(String value, String base, String stripped, String expected) {
        assertEquals(expected, map(value, base, stripped));
    }

    @Test
    void leavesControlsAlone() {
        for (String value : new String[] {"/stage/\t/evil.example", "/stage\t//evil.example", "/stage/a\u007f"}) {
            assertEquals(value, map(value, "/stage", ""));
        }
    }

    /** What a browser makes of it and what RFC 3986 says of it are paths of ours, whatever the upstream writes. */
    @Test
    void whateverItChangesStaysAPath() {
        String[] parts = {
            "/", "//", "\\", "\t", "stage", "evil.example", "up.example", "https:", "@", ":", "?", "#", ".", "..", "%2F"
        };
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int changed = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder made = new StringBuilder(random.nextBoolean() ? "https://up.example" : "");
            for (int j = random.nextInt(8); j >= 0; j--) {
                made.append(parts[random.nextInt(parts.length)]);
            }
            String value = made.toString();
            String base = random.nextBoolean() ? "/stage" : "";
            String mapped = map(value, base, random.nextBoolean() ? "/api" : "");
            if (mapped.equals(value)) {
                continue;
            }
            changed++;
            String what = "seed " + seed + ": " + value + " became " + mapped;
            assertTrue(mapped.startsWith("/"), what);
            // As the URL standard reads it: tabs are left out, and a backslash is a slash.
            String read = mapped.replace("\t", "").replace('\\', '/');
            assertFalse(read.startsWith("//"), what);
            String host = URI.create("http://proxy.example/x")
                    .resolve(mapped.replaceAll("[#?].*", "").replace("@", "%40"))
                    .getHost();
            assertEquals("proxy.example", host, what);
        }
        assertTrue(changed > 1000, "changed " + changed);
    }

    private static String map(String value, String base, String stripped) {
        UpstreamConfig upstream = new UpstreamConfig(
                Transport.tls(Optional.empty()),
                new HostPort("url.example", 9443),
                base,
                Optional.empty(),
                Optional.empty(),
                Optional.of("up.example"));
        return Location.toClient(value, upstream, stripped);
    }
}
