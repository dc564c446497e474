package io.countersign.standin.ingest;

import io.countersign.standin.fault.AwsError;
import io.countersign.standin.stats.Counter;
import io.countersign.standin.stats.Counters;
import io.countersign.standin.wire.Answer;
import io.countersign.standin.wire.RequestHead;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in what agents send, and answers as their own receivers do.
 *
 * <p>What was answered with 2xx is in the ledgers; where there is a folder, it is in its files before the answer is.
 */
public final class Ingest implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(Ingest.class);

    private final Counters counters;
    private final Ledger samples;
    private final Ledger entries;
    private final Ledger items;
    private final SeriesIndex series = new SeriesIndex();

    private Ingest(Counters counters, Ledger samples, Ledger entries, Ledger items) {
        this.counters = counters;
        this.samples = samples;
        this.entries = entries;
        this.items = items;
    }

    /**
     * Opens the ledgers.
     *
     * @param folder where accepted lines are kept, and were kept before
     */
    public static Ingest open(Optional<Path> folder, Counters counters) throws IOException {
        if (folder.isEmpty()) {
            return new Ingest(counters, Ledger.inMemory(), Ledger.inMemory(), Ledger.inMemory());
        }
        Path data = folder.get();
        return new Ingest(
                counters,
                Ledger.in(data.resolve("samples.log")),
                Ledger.in(data.resolve("loki-entries.log")),
                Ledger.in(data.resolve("otlp-items.log")));
    }

    /**
     * The answer to a body of a kind that is known here; empty for any other request.
     *
     * @param seriesLimit how many series remote_write may have since the start
     */
    public Optional<Answer> take(RequestHead head, byte[] body, long seriesLimit) {
        if (!head.method().equals("POST")) {
            return Optional.empty();
        }
        String type = head.first("content-type").orElse("").toLowerCase(Locale.ROOT);
        String coding = head.first("content-encoding").orElse("");
        try {
            for (Otlp.Signal signal : Otlp.Signal.values()) {
                if (head.path().endsWith(signal.path)) {
                    return Optional.of(takeOtlp(signal, type, coding, body));
                }
            }
            if (head.path().endsWith("/loki/api/v1/push")) {
                return Optional.of(takeLoki(type, coding, body));
            }
            boolean remoteWrite = type.startsWith("application/x-protobuf")
                    && (coding.equalsIgnoreCase("snappy") || coding.equalsIgnoreCase("zstd"));
            return remoteWrite ? Optional.of(takeRemoteWrite(type, coding, body, seriesLimit)) : Optional.empty();
        } catch (CorruptBodyException e) {
            counters.count(Counter.CORRUPT);
            log.warn("{} {}: {}", head.method(), head.path(), e.getMessage());
            return Optional.of(Answer.message(400, e.getMessage()));
        } catch (IOException e) {
            log.error("{} {}: what came could not be kept", head.method(), head.path(), e);
            return Optional.of(Answer.message(503, "Service Unavailable"));
        }
    }

    private Answer takeRemoteWrite(String type, String coding, byte[] body, long seriesLimit)
            throws CorruptBodyException, IOException {
        if (type.contains("io.prometheus.write.v2")) {
            // By which a 2.0 sender knows to fall back (Prometheus remote_write 2.0, "content type negotiation").
            return Answer.message(415, "only remote_write 1.0 is spoken here");
        }
        RemoteWrite request =
                RemoteWrite.read(Compression.decode(coding, body), labels -> series.admits(labels, seriesLimit));
        samples.append(request.lines());
        counters.count(Counter.REMOTE_WRITE_REQUESTS);
        counters.add(Counter.REMOTE_WRITE_BYTES, body.length);
        counters.add(Counter.HISTOGRAMS, request.histograms());
        if (request.refused() > 0) {
            byte[] text = AwsError.seriesLimit(seriesLimit).getBytes(StandardCharsets.UTF_8);
            return Answer.of(429, "text/plain; charset=utf-8", text);
        }
        return Answer.empty(204);
    }

    private Answer takeLoki(String type, String coding, byte[] body) throws CorruptBodyException, IOException {
        Lines lines = new Lines();
        if (type.startsWith("application/json")) {
            Loki.readJson(Compression.decode(coding, body), lines);
        } else {
            // Loki's protobuf is always snappy, and its clients do not say so in Content-Encoding.
            Loki.readProtobuf(Compression.decode("snappy", body), lines);
        }
        entries.append(lines);
        counters.count(Counter.LOKI_REQUESTS);
        counters.add(Counter.LOKI_BYTES, body.length);
        return Answer.empty(204);
    }

    private Answer takeOtlp(Otlp.Signal signal, String type, String coding, byte[] body)
            throws CorruptBodyException, IOException {
        byte[] message = Compression.decode(coding, body);
        boolean protobuf = type.startsWith("application/x-protobuf");
        Lines lines = new Lines();
        if (protobuf) {
            Otlp.read(signal, message, lines);
            items.append(lines);
        }
        counters.count(Counter.OTLP_REQUESTS);
        counters.add(Counter.OTLP_BYTES, body.length);
        counters.add(signal.counter, lines.count());
        return protobuf ? Answer.of(200, "application/x-protobuf", new byte[0]) : Answer.json(200, "{}");
    }

    public long samples() {
        return samples.total();
    }

    public long distinctSamples() {
        return samples.distinct();
    }

    /** Series that samples were taken for since the start. */
    public long series() {
        return series.size();
    }

    /** The file of accepted samples, a line each: {@code {labels} milliseconds}. */
    public Optional<Path> sampleFile() {
        return samples.file();
    }

    public long lokiEntries() {
        return entries.total();
    }

    public long distinctLokiEntries() {
        return entries.distinct();
    }

    public long otlpItems() {
        return items.total();
    }

    public long distinctOtlpItems() {
        return items.distinct();
    }

    /** Forgets all that was taken, on disk too. */
    public void clear() throws IOException {
        samples.clear();
        series.clear();
        entries.clear();
        items.clear();
    }

    @Override
    public void close() throws IOException {
        samples.close();
        entries.close();
        items.close();
    }
}
