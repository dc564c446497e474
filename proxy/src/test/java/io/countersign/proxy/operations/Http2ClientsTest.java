package io.countersign.proxy.operations;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.TestProxy;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Clients that speak HTTP/2 by prior knowledge, as gRPC does. */
class Http2ClientsTest {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final String LINE = "speaks HTTP/2 without asking";

    @Test
    void theLogSaysOnceAMinuteWhichSettingToChange() {
        try (FakeUpstream upstream = FakeUpstream.http();
                LogLines log = new LogLines();
                TestProxy proxy = TestProxy.start(upstream)) {
            for (int i = 0; i < 20; i++) {
                try (RawClient client = proxy.connect()) {
                    assertTrue(client.send(PREFACE).readToEnd().rest().contains("set OTLP to http/protobuf"));
                }
            }
            String line = log.await(LINE);
            assertTrue(line.startsWith("WARN client 127.0.0.1 "), line);
            assertTrue(line.contains("OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"), line);
            assertTrue(line.contains("otlp_http in place of otlp"), line);
            assertEquals(1, log.count(LINE));
            assertEquals(0, upstream.received());
        }
    }

    @Test
    void whoIsDeniedIsNotAdvised() {
        try (FakeUpstream upstream = FakeUpstream.http();
                LogLines log = new LogLines();
                TestProxy proxy = TestProxy.start(upstream, "countersign.access.deny = [\"127.0.0.1\"]");
                RawClient client = proxy.connect()) {
            assertTrue(client.send(PREFACE).readToEnd().rest().contains("403 Forbidden"));
            log.await("\"verdict\":\"denied\"");
            assertEquals(0, log.count(LINE));
        }
    }

    /** Frames that its library of HTTP/2 understands; 13 is HTTP_1_1_REQUIRED (RFC 9113 section 7). */
    @Test
    void aRealCurlUnderstandsWhatItIsTold() throws Exception {
        try (FakeUpstream upstream = FakeUpstream.http();
                TestProxy proxy = TestProxy.start(upstream)) {
            List<String> command = List.of(
                    "curl",
                    "-sv",
                    "--max-time",
                    "30",
                    "--http2-prior-knowledge",
                    "http://127.0.0.1:" + proxy.address().getPort() + "/x");
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
            assertTrue(process.waitFor(40, TimeUnit.SECONDS));
            assertTrue(said.contains("GOAWAY, error=13, last_stream=0"), said);
        }
    }
}
