package io.countersign.standin.ingest;

import com.google.protobuf.CodedInputStream;
import io.countersign.standin.stats.Counter;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * Reads OTLP export requests in protobuf as far as their items: spans, log records and data points.
 *
 * <p>All three signals nest alike (resource, scope, item); a metric holds its points one step further down.
 */
final class Otlp {
    /** gauge, sum, histogram, exponential histogram, summary: each has its data points in field 1. */
    private static final Set<Integer> METRIC_DATA = Set.of(5, 7, 9, 10, 11);

    private Otlp() {}

    /** A signal: where it is sent, and what its items are called. */
    enum Signal {
        TRACES("/v1/traces", "span", Counter.OTLP_SPANS),
        LOGS("/v1/logs", "log", Counter.OTLP_LOG_RECORDS),
        METRICS("/v1/metrics", "point", Counter.OTLP_DATA_POINTS);

        final String path;
        final String item;
        final Counter counter;

        Signal(String path, String item, Counter counter) {
            this.path = path;
            this.item = item;
            this.counter = counter;
        }
    }

    /** Each item becomes a line of its kind and the hash of its bytes. */
    static void read(Signal signal, byte[] message, Lines into) throws CorruptBodyException {
        List<Set<Integer>> way = signal == Signal.METRICS
                ? List.of(Set.of(1), Set.of(2), Set.of(2), METRIC_DATA, Set.of(1))
                : List.of(Set.of(1), Set.of(2), Set.of(2));
        try {
            ProtoReader.fields(
                    CodedInputStream.newInstance(message), (number, in) -> descend(signal, way, number, in, into));
        } catch (IOException | RuntimeException e) {
            throw new CorruptBodyException("the body is no OTLP " + signal.item + " export: " + e.getMessage(), e);
        }
    }

    private static boolean descend(Signal signal, List<Set<Integer>> way, int number, CodedInputStream in, Lines into)
            throws IOException {
        if (!way.get(0).contains(number)) {
            return false;
        }
        if (way.size() > 1) {
            List<Set<Integer>> rest = way.subList(1, way.size());
            return ProtoReader.message(in, (inner, stream) -> descend(signal, rest, inner, stream, into));
        }
        into.add(signal.item + " " + hash(in.readByteArray()));
        return true;
    }

    private static String hash(byte[] item) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(item));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
