package io.countersign.gateway.quota;

import io.countersign.proxy.policy.json.JsonFault;
import io.countersign.proxy.policy.json.JsonParser;
import io.countersign.proxy.policy.json.JsonValue;
import io.countersign.proxy.policy.json.JsonValue.JsonObject;
import io.countersign.proxy.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The form of bytes of the day on the disk: JSON lines, the first of which has the name under which other replicas know these counts, so
 * that what a process counts after a restart is not added to what it counted before.
 */
final class DailyFile {
    private static final Pattern REPLICA = Pattern.compile("[0-9a-f]{16}");
    private static final Pattern COUNT = Pattern.compile("[0-9]{1,17}");

    private DailyFile() {}

    /** What a process has counted. */
    record Contents(String replica, List<Counted> counts) {
        Contents {
            counts = List.copyOf(counts);
        }
    }

    /** Of one tenant, on one day. */
    record Counted(String tenant, LocalDate day, long bytes) {}

    /** It is not as this program writes it. */
    static final class Fault extends Exception {
        private Fault(int line) {
            super("line " + line + " is not as it was written");
        }
    }

    static byte[] write(Contents contents) {
        StringBuilder out = new StringBuilder();
        out.append("{\"replica\":").append(JsonText.quoted(contents.replica)).append("}\n");
        for (Counted each : contents.counts) {
            out.append("{\"tenant\":")
                    .append(JsonText.quoted(each.tenant))
                    .append(",\"day\":")
                    .append(JsonText.quoted(each.day.toString()))
                    .append(",\"bytes\":")
                    .append(each.bytes)
                    .append("}\n");
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    static Contents read(byte[] content) throws Fault {
        String replica = "";
        List<Counted> counts = new ArrayList<>();
        int number = 0;
        for (String line : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
            number++;
            if (line.isEmpty() && number > 1) {
                continue;
            }
            try {
                if (!(JsonParser.parse(line).value() instanceof JsonObject object)) {
                    throw new Fault(number);
                }
                if (number == 1) {
                    replica = text(object, "replica", number);
                } else {
                    counts.add(new Counted(
                            text(object, "tenant", number),
                            LocalDate.parse(text(object, "day", number)),
                            count(object, number)));
                }
            } catch (JsonFault | DateTimeException e) {
                throw new Fault(number);
            }
        }
        if (!REPLICA.matcher(replica).matches()) {
            throw new Fault(1);
        }
        return new Contents(replica, counts);
    }

    private static String text(JsonObject object, String name, int line) throws Fault {
        if (object.get(name).orElse(null) instanceof JsonValue.JsonString string) {
            return string.text();
        }
        throw new Fault(line);
    }

    private static long count(JsonObject object, int line) throws Fault {
        if (object.get("bytes").orElse(null) instanceof JsonValue.JsonNumber written
                && COUNT.matcher(written.text()).matches()) {
            return Long.parseLong(written.text());
        }
        throw new Fault(line);
    }
}
