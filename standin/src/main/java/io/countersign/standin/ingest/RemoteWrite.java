package io.countersign.standin.ingest;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Reads Prometheus remote_write 1.0: {@code WriteRequest{timeseries=1{labels=1, samples=2, exemplars=3, histograms=4}}}.
 *
 * <p>A native histogram counts as a sample of its series, and apart too. Values are not kept: series and time tell samples
 * apart.
 */
final class RemoteWrite {
    private final Lines lines = new Lines();
    private final Predicate<String> admits;
    private int histograms;
    private int refused;

    private RemoteWrite(Predicate<String> admits) {
        this.admits = admits;
    }

    /**
     * Reads the samples into lines.
     *
     * @param admits whether samples of the series with these labels are taken
     */
    static RemoteWrite read(byte[] message, Predicate<String> admits) throws CorruptBodyException {
        RemoteWrite request = new RemoteWrite(admits);
        try {
            ProtoReader.fields(
                    CodedInputStream.newInstance(message), (number, in) -> number == 1 && request.timeSeries(in));
        } catch (IOException | RuntimeException e) {
            throw new CorruptBodyException("the body is no WriteRequest: " + e.getMessage(), e);
        }
        return request;
    }

    /** Samples of the series that were admitted. */
    Lines lines() {
        return lines;
    }

    /** How many of the lines are native histograms. */
    int histograms() {
        return histograms;
    }

    /** Series that were not admitted. */
    int refused() {
        return refused;
    }

    private boolean timeSeries(CodedInputStream in) throws IOException {
        int[] ofHistograms = {0};
        TreeMap<String, String> labels = new TreeMap<>();
        List<Long> timestamps = new ArrayList<>();
        ProtoReader.message(in, (number, series) -> switch (number) {
            case 1 -> label(series, labels);
            case 2 -> timestamp(series, 2, timestamps);
            case 4 -> {
                ofHistograms[0]++;
                yield timestamp(series, 15, timestamps);
            }
            default -> false;
        });
        String text = Labels.text(labels);
        if (!admits.test(text)) {
            refused++;
            return true;
        }
        for (long timestamp : timestamps) {
            lines.add(text + " " + timestamp);
        }
        histograms += ofHistograms[0];
        return true;
    }

    private static boolean label(CodedInputStream in, Map<String, String> labels) throws IOException {
        String[] label = {"", ""};
        ProtoReader.message(in, (number, field) -> {
            if (number != 1 && number != 2) {
                return false;
            }
            label[number - 1] = field.readString();
            return true;
        });
        if (labels.put(label[0], label[1]) != null) {
            throw new IOException("a series has the label " + label[0] + " twice");
        }
        return true;
    }

    private static boolean timestamp(CodedInputStream in, int field, List<Long> timestamps) throws IOException {
        long[] timestamp = {0};
        ProtoReader.message(in, (number, value) -> {
            if (number != field) {
                return false;
            }
            timestamp[0] = value.readInt64();
            return true;
        });
        return timestamps.add(timestamp[0]);
    }
}
