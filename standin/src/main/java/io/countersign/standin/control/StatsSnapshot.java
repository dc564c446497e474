package io.countersign.standin.control;

import io.countersign.standin.ingest.Ingest;
import io.countersign.standin.stats.Counter;
import io.countersign.standin.stats.Counters;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The numbers of one moment.
 *
 * @param rejected rejections that were answered, by their AWS name, commanded ones among them
 * @param injected effects of faults that came to bear, by name
 * @param counters all plain counters
 */
public record StatsSnapshot(
        Map<String, Long> rejected,
        Map<String, Long> injected,
        Map<Counter, Long> counters,
        long samples,
        long distinct,
        long series,
        long lokiEntries,
        long lokiDistinct,
        long otlpItems,
        long otlpDistinct) {

    public static StatsSnapshot of(Counters counters, Ingest ingest) {
        Map<Counter, Long> plain = new LinkedHashMap<>();
        for (Counter counter : Counter.values()) {
            plain.put(counter, counters.get(counter));
        }
        return new StatsSnapshot(
                counters.rejected(),
                counters.injected(),
                plain,
                ingest.samples(),
                ingest.distinctSamples(),
                ingest.series(),
                ingest.lokiEntries(),
                ingest.distinctLokiEntries(),
                ingest.otlpItems(),
                ingest.distinctOtlpItems());
    }

    public long get(Counter counter) {
        return counters.get(counter);
    }

    public long requests() {
        return get(Counter.REQUESTS);
    }

    public long verified() {
        return get(Counter.VERIFIED);
    }

    public long rejectedTotal() {
        return rejected.values().stream().mapToLong(Long::longValue).sum();
    }

    public long duplicates() {
        return samples - distinct;
    }

    /** The shape of {@code GET /stats}. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("requests", requests());
        json.put("verified", verified());
        json.put("open", get(Counter.OPEN));
        json.put("rejected", rejected);
        json.put("skewed", get(Counter.SKEWED));
        json.put("injected", injected);
        json.put("malformed", get(Counter.MALFORMED));
        json.put("truncated", get(Counter.TRUNCATED));
        json.put("tooLarge", get(Counter.TOO_LARGE));
        json.put("throttled", get(Counter.THROTTLED));
        json.put("corrupt", get(Counter.CORRUPT));
        json.put("bytes", Map.of("in", get(Counter.BYTES_IN), "out", get(Counter.BYTES_OUT)));
        json.put(
                "connections",
                Map.of(
                        "open", get(Counter.CONNECTIONS_OPEN),
                        "total", get(Counter.CONNECTIONS_TOTAL),
                        "refused", get(Counter.CONNECTIONS_REFUSED),
                        "handshakesFailed", get(Counter.HANDSHAKES_FAILED)));
        json.put("samples", samples);
        json.put("distinct", distinct);
        json.put("duplicates", duplicates());
        json.put("series", series);
        json.put(
                "remoteWrite",
                Map.of(
                        "requests", get(Counter.REMOTE_WRITE_REQUESTS),
                        "bytes", get(Counter.REMOTE_WRITE_BYTES),
                        "histograms", get(Counter.HISTOGRAMS)));
        json.put(
                "loki",
                Map.of(
                        "requests",
                        get(Counter.LOKI_REQUESTS),
                        "bytes",
                        get(Counter.LOKI_BYTES),
                        "entries",
                        lokiEntries,
                        "distinct",
                        lokiDistinct));
        json.put(
                "otlp",
                Map.of(
                        "requests", get(Counter.OTLP_REQUESTS),
                        "bytes", get(Counter.OTLP_BYTES),
                        "spans", get(Counter.OTLP_SPANS),
                        "logRecords", get(Counter.OTLP_LOG_RECORDS),
                        "dataPoints", get(Counter.OTLP_DATA_POINTS),
                        "items", otlpItems,
                        "distinct", otlpDistinct));
        json.put(
                "streams",
                Map.of(
                        "bytes", get(Counter.STREAM_BYTES),
                        "stallMillis", get(Counter.STREAM_STALL_MICROS) / 1000,
                        "slowReadBytes", get(Counter.SLOW_READ_BYTES)));
        json.put("webSockets", Map.of("opened", get(Counter.WEB_SOCKETS), "frames", get(Counter.WEB_SOCKET_FRAMES)));
        json.put("sdk", Map.of("checked", get(Counter.SDK_CHECKED), "disagreed", get(Counter.SDK_DISAGREED)));
        return json;
    }
}
