package io.countersign.standin.ingest;

import com.google.protobuf.CodedInputStream;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import io.countersign.standin.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;

/**
 * Reads Loki pushes: JSON, or {@code PushRequest{streams=1{labels=1, entries=2{timestamp=1{seconds=1, nanos=2}, line=2}}}}.
 *
 * <p>Each entry becomes a line: labels, time in nanoseconds, and the text in quotes.
 */
final class Loki {
    private Loki() {}

    static void readJson(byte[] body, Lines into) throws CorruptBodyException {
        try {
            Config push = Json.read(new String(body, StandardCharsets.UTF_8));
            for (Config stream : push.getConfigList("streams")) {
                TreeMap<String, String> labels = new TreeMap<>();
                stream.getObject("stream")
                        .unwrapped()
                        .forEach((name, value) -> labels.put(name, String.valueOf(value)));
                String text = Labels.text(labels);
                for (ConfigValue value : stream.getList("values")) {
                    List<?> entry = ((ConfigList) value).unwrapped();
                    into.add(text + " " + entry.get(0) + " " + Labels.quoted(String.valueOf(entry.get(1))));
                }
            }
        } catch (IllegalArgumentException | ConfigException | ClassCastException | IndexOutOfBoundsException e) {
            throw new CorruptBodyException("the body is no Loki push in JSON: " + e.getMessage(), e);
        }
    }

    static void readProtobuf(byte[] message, Lines into) throws CorruptBodyException {
        try {
            ProtoReader.fields(CodedInputStream.newInstance(message), (number, in) -> number == 1 && stream(in, into));
        } catch (IOException | RuntimeException e) {
            throw new CorruptBodyException("the body is no Loki push in protobuf: " + e.getMessage(), e);
        }
    }

    private static boolean stream(CodedInputStream in, Lines into) throws IOException {
        // Labels come before entries from every encoder that writes fields in order, as all known ones do.
        String[] labels = {""};
        return ProtoReader.message(in, (number, stream) -> switch (number) {
            case 1 -> {
                labels[0] = stream.readString();
                yield true;
            }
            case 2 -> entry(stream, labels[0], into);
            default -> false;
        });
    }

    private static boolean entry(CodedInputStream in, String labels, Lines into) throws IOException {
        long[] time = {0, 0};
        String[] line = {""};
        ProtoReader.message(in, (number, entry) -> switch (number) {
            case 1 ->
                ProtoReader.message(entry, (part, timestamp) -> {
                    if (part != 1 && part != 2) {
                        return false;
                    }
                    time[part - 1] = timestamp.readInt64();
                    return true;
                });
            case 2 -> {
                line[0] = entry.readString();
                yield true;
            }
            default -> false;
        });
        into.add(labels.replace("\n", "\\n") + " " + (time[0] * 1_000_000_000L + time[1]) + " "
                + Labels.quoted(line[0]));
        return true;
    }
}
