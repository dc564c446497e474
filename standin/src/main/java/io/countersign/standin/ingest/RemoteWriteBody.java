package io.countersign.standin.ingest;

import com.google.protobuf.CodedOutputStream;
import io.airlift.compress.snappy.SnappyCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Builds the body of a remote_write 1.0 request, as Prometheus sends it.
 *
 * <p>Send it with {@link #CONTENT_TYPE}, {@link #CONTENT_ENCODING} and {@code X-Prometheus-Remote-Write-Version: 0.1.0}.
 */
public final class RemoteWriteBody {
    public static final String CONTENT_TYPE = "application/x-protobuf";
    public static final String CONTENT_ENCODING = "snappy";

    /** A value at a time in milliseconds since 1970. */
    public record Sample(long timestampMillis, double value) {}

    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    /** Adds a series, of which {@code __name__} is one label; the labels are put in order. */
    public RemoteWriteBody series(Map<String, String> labels, List<Sample> samples) {
        SortedMap<String, String> sorted = new TreeMap<>(labels);
        byte[] series = message(out -> {
            for (Map.Entry<String, String> label : sorted.entrySet()) {
                out.writeByteArray(1, message(pair -> {
                    pair.writeString(1, label.getKey());
                    pair.writeString(2, label.getValue());
                }));
            }
            for (Sample sample : samples) {
                out.writeByteArray(2, message(fields -> {
                    fields.writeDouble(1, sample.value());
                    fields.writeInt64(2, sample.timestampMillis());
                }));
            }
        });
        byte[] field = message(out -> out.writeByteArray(1, series));
        message.write(field, 0, field.length);
        return this;
    }

    public RemoteWriteBody sample(Map<String, String> labels, long timestampMillis, double value) {
        return series(labels, List.of(new Sample(timestampMillis, value)));
    }

    /** The protobuf message in snappy's block format. */
    public byte[] toBytes() {
        byte[] plain = message.toByteArray();
        SnappyCompressor snappy = new SnappyCompressor();
        byte[] compressed = new byte[snappy.maxCompressedLength(plain.length)];
        int length = snappy.compress(plain, 0, plain.length, compressed, 0, compressed.length);
        return Arrays.copyOf(compressed, length);
    }

    @FunctionalInterface
    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }
}
