package io.countersign.proxy.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.core.metrics.Summary;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bytes, read by the rules of Protocol Buffers and the numbers of metrics.proto. */
class OtlpMetricsTest {
    private static final Instant START = Instant.ofEpochSecond(1_000);
    private static final Instant NOW = Instant.ofEpochSecond(2_000, 5);

    /** A field: its number, and its value, which is bytes, or 8 bytes, or a number. */
    private record Field(int number, ByteBuffer bytes, long value) {
        String text() {
            return UTF_8.decode(bytes.duplicate()).toString();
        }

        double real() {
            return Double.longBitsToDouble(value);
        }

        List<Field> message() {
            return fields(bytes.duplicate());
        }
    }

    private static List<Field> fields(ByteBuffer in) {
        in.order(ByteOrder.LITTLE_ENDIAN);
        List<Field> fields = new ArrayList<>();
        while (in.hasRemaining()) {
            long tag = varint(in);
            int number = (int) (tag >>> 3);
            switch ((int) tag & 7) {
                case 0 -> fields.add(new Field(number, ByteBuffer.allocate(0), varint(in)));
                case 1 -> fields.add(new Field(number, ByteBuffer.allocate(0), in.getLong()));
                case 2 -> {
                    int length = (int) varint(in);
                    fields.add(new Field(number, in.slice(in.position(), length), 0));
                    in.position(in.position() + length);
                }
                default -> throw new AssertionError("a kind that OTLP does not have: " + tag);
            }
        }
        return fields;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static List<Field> all(List<Field> fields, int number) {
        return fields.stream().filter(field -> field.number() == number).toList();
    }

    private static Field one(List<Field> fields, int number) {
        List<Field> found = all(fields, number);
        assertEquals(1, found.size(), "field " + number);
        return found.get(0);
    }

    private static List<Field> resourceMetrics(PrometheusRegistry registry) {
        byte[] body = OtlpMetrics.encode(registry.scrape(), Map.of("service.name", "countersign"), "1.2.3", START, NOW);
        return one(fields(ByteBuffer.wrap(body)), 1).message();
    }

    private static List<Field> metric(PrometheusRegistry registry) {
        List<Field> scope = one(resourceMetrics(registry), 2).message();
        return one(scope, 2).message();
    }

    private static void assertLabel(String name, String value, Field attribute) {
        assertEquals(name, one(attribute.message(), 1).text());
        assertEquals(value, one(one(attribute.message(), 2).message(), 1).text());
    }

    @Test
    void namesTheProcess() {
        PrometheusRegistry registry = new PrometheusRegistry();
        Gauge.builder().name("a").register(registry).set(1);
        List<Field> whole = resourceMetrics(registry);
        assertLabel("service.name", "countersign", one(one(whole, 1).message(), 1));
        List<Field> scope = one(one(whole, 2).message(), 1).message();
        assertEquals("countersign", one(scope, 1).text());
        assertEquals("1.2.3", one(scope, 2).text());
    }

    @Test
    void aCounterIsACumulativeSumThatOnlyGrows() {
        PrometheusRegistry registry = new PrometheusRegistry();
        Counter.builder()
                .name("calls_total")
                .help("Calls.")
                .labelNames("route")
                .register(registry)
                .labelValues("m")
                .inc(3);
        List<Field> metric = metric(registry);
        assertEquals("calls", one(metric, 1).text());
        assertEquals("Calls.", one(metric, 2).text());
        List<Field> sum = one(metric, 7).message();
        assertEquals(2, one(sum, 2).value());
        assertEquals(1, one(sum, 3).value());
        List<Field> point = one(sum, 1).message();
        assertEquals(1_000_000_000_000L, one(point, 2).value());
        assertEquals(2_000_000_000_005L, one(point, 3).value());
        assertEquals(3.0, one(point, 4).real());
        assertLabel("route", "m", one(point, 7));
    }

    @Test
    void aHistogramHasItsBucketsApart() {
        PrometheusRegistry registry = new PrometheusRegistry();
        Histogram histogram = Histogram.builder()
                .name("took_seconds")
                .unit(Unit.SECONDS)
                .classicOnly()
                .classicUpperBounds(1, 2)
                .register(registry);
        List.of(0.5, 1.5, 1.7, 9.0).forEach(histogram::observe);
        List<Field> metric = metric(registry);
        assertEquals("took_seconds", one(metric, 1).text());
        assertEquals("s", one(metric, 3).text());
        List<Field> data = one(metric, 9).message();
        assertEquals(2, one(data, 2).value());
        List<Field> point = one(data, 1).message();
        assertEquals(4, one(point, 4).value());
        assertEquals(12.7, one(point, 5).real(), 1e-9);
        assertEquals(List.of(1L, 2L, 1L), longs(one(point, 6)));
        assertEquals(
                List.of(1.0, 2.0),
                longs(one(point, 7)).stream().map(Double::longBitsToDouble).toList());
    }

    private static List<Long> longs(Field packed) {
        ByteBuffer in = packed.bytes().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        List<Long> longs = new ArrayList<>();
        while (in.hasRemaining()) {
            longs.add(in.getLong());
        }
        return longs;
    }

    @Test
    void aSummaryHasItsCountAndSum() {
        PrometheusRegistry registry = new PrometheusRegistry();
        Summary summary = Summary.builder().name("phase_seconds").register(registry);
        summary.observe(2);
        summary.observe(3);
        List<Field> point = one(one(metric(registry), 11).message(), 1).message();
        assertEquals(2, one(point, 4).value());
        assertEquals(5.0, one(point, 5).real());
    }

    @Test
    void anInfoIsAOneWithItsLabels() {
        PrometheusRegistry registry = new PrometheusRegistry();
        Info.builder()
                .name("build_info")
                .labelNames("version")
                .register(registry)
                .setLabelValues("1.2.3");
        List<Field> metric = metric(registry);
        assertEquals("build_info", one(metric, 1).text());
        List<Field> point = one(one(metric, 5).message(), 1).message();
        assertEquals(1.0, one(point, 4).real());
        assertLabel("version", "1.2.3", one(point, 7));
    }

    @Test
    void whatHasNoValueIsLeftOut() {
        PrometheusRegistry registry = new PrometheusRegistry();
        Counter.builder().name("calls_total").labelNames("route").register(registry);
        List<Field> scope = one(resourceMetrics(registry), 2).message();
        assertTrue(all(scope, 2).isEmpty());
    }
}
