package io.countersign.cli.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.standin.stats.Counter;
import io.countersign.testing.Await;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The OpenTelemetry SDK, as a program has it, exports all three signals by OTLP over HTTP. */
@Timeout(300)
class OpenTelemetryTest {
    private static final int ITEMS = 100;
    private static final List<String> PATHS = List.of("/v1/traces", "/v1/logs", "/v1/metrics");

    @TempDir
    Path folder;

    private InProcess way;
    private SdkTracerProvider traces;
    private SdkLoggerProvider logs;
    private SdkMeterProvider metrics;
    private CountingMetricExporter points;

    @BeforeEach
    void start() throws Exception {
        way = InProcess.start(folder);
        traces = SdkTracerProvider.builder()
                .addSpanProcessor(BatchSpanProcessor.builder(OtlpHttpSpanExporter.builder()
                                .setEndpoint(way.url("/v1/traces"))
                                .build())
                        .build())
                .build();
        logs = SdkLoggerProvider.builder()
                .addLogRecordProcessor(BatchLogRecordProcessor.builder(OtlpHttpLogRecordExporter.builder()
                                .setEndpoint(way.url("/v1/logs"))
                                .build())
                        .build())
                .build();
        points = new CountingMetricExporter(OtlpHttpMetricExporter.builder()
                .setEndpoint(way.url("/v1/metrics"))
                .build());
        metrics = SdkMeterProvider.builder()
                .registerMetricReader(PeriodicMetricReader.builder(points).build())
                .build();
    }

    @AfterEach
    void stop() throws IOException {
        traces.close();
        logs.close();
        metrics.close();
        way.close();
    }

    @Test
    void everythingArrives() throws Exception {
        record(0);
        assertArrives(flush(), 1);
    }

    @Test
    void everythingArrivesAcrossThrottling() throws Exception {
        for (String path : PATHS) {
            way.standIn().faults().add("{\"throttleShare\": 1.0, \"count\": 1, \"match\": \"/prod" + path + "\"}");
        }
        record(0);
        assertArrives(flush(), 1);
        assertEquals(PATHS.size(), way.standIn().stats().get(Counter.THROTTLED));
    }

    @Test
    void everythingArrivesAcrossARestartOfTheUpstream() throws Exception {
        record(0);
        assertArrives(flush(), 1);
        way.stopUpstream();
        record(1);
        CompletableResultCode flushed = flush();
        Await.until("a failure of each signal", () -> failures() >= PATHS.size());
        way.startUpstream();
        assertArrives(flushed, 2);
    }

    /** So many spans, log records and metrics of one point each. */
    private void record(int round) {
        Tracer tracer = traces.get("test");
        for (int i = 0; i < ITEMS; i++) {
            tracer.spanBuilder("span " + round + " " + i).startSpan().end();
            logs.get("test")
                    .logRecordBuilder()
                    .setBody("record " + round + " " + i)
                    .emit();
            LongCounter counter =
                    metrics.get("test").counterBuilder("counter." + i).build();
            counter.add(1);
        }
    }

    private CompletableResultCode flush() {
        return CompletableResultCode.ofAll(List.of(traces.forceFlush(), logs.forceFlush(), metrics.forceFlush()));
    }

    private double failures() throws IOException {
        return way.metrics().sum("countersign_requests_total")
                - way.standIn().stats().requests();
    }

    private void assertArrives(CompletableResultCode flushed, int rounds) throws IOException {
        assertTrue(
                flushed.join(60, TimeUnit.SECONDS).isSuccess(),
                () -> "an export failed: " + flushed.getFailureThrowable());
        List<String> items = way.ledger("otlp-items.log");
        assertEquals((long) rounds * ITEMS, count("span ", items));
        assertEquals((long) rounds * ITEMS, count("log ", items));
        assertTrue(points.points() >= rounds * ITEMS);
        assertEquals(points.points(), count("point ", items));
    }

    private static long count(String kind, List<String> items) {
        return items.stream().filter(item -> item.startsWith(kind)).count();
    }
}
