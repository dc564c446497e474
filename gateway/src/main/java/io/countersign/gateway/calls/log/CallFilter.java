package io.countersign.gateway.calls.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.proxy.logging.Timestamps;
import io.countersign.proxy.wire.JsonText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which calls somebody looks for, by their lines as {@link io.countersign.proxy.accesslog.CallLine} writes them: nothing has to be parsed,
 * since within a text each quote has a backslash before it, and so no text can pass for a member of the line.
 */
public final class CallFilter {
    /** Of {@code "time":"2026-11-27T05:30:00.000Z"}, as text in the order of time. */
    private static final int TIME_LENGTH = 24;

    private static final Needle TIME = new Needle("\"time\":\"");
    private static final Needle STATUS = new Needle("\"status\":");
    private static final Needle CUT_SHORT = new Needle("\"complete\":false");

    private final List<List<Needle>> members = new ArrayList<>();
    private Optional<byte[]> since = Optional.empty();
    private Optional<Instant> sinceTime = Optional.empty();
    private boolean failed;

    /** All calls. */
    public CallFilter() {}

    /** By our id, the trace's, or the upstream's. */
    public CallFilter id(String id) {
        return any(Stream.of(member("id", id), member("trace_id", id), member("upstream_id", id)));
    }

    public CallFilter route(String name) {
        return any(Stream.of(member("route", name)));
    }

    public CallFilter tenant(String name) {
        return any(Stream.of(member("tenant", name)));
    }

    /** By its address, the user of its Unix socket, its identity with or without the kind, or what its certificate names. */
    public CallFilter caller(String name) {
        return any(Stream.of(
                member("client", name),
                member("client", "unix:" + name),
                member("identity", name),
                member("identity", "token:" + name),
                member("identity", "service_account:" + name),
                member("certificate", name)));
    }

    /** By the error, or why AWS rejected it. */
    public CallFilter cause(String name) {
        return any(Stream.of(member("error", name), member("rejection", name)));
    }

    /** Those that began at that time, or later. */
    public CallFilter since(Instant time) {
        since = Optional.of(bytes(time(time)));
        sinceTime = Optional.of(time);
        return this;
    }

    private static String time(Instant time) {
        StringBuilder out = new StringBuilder(TIME_LENGTH);
        Timestamps.append(out, time.toEpochMilli());
        return out.toString();
    }

    /** Whether nothing is wanted that was written before then. */
    boolean isPast(Instant end) {
        return sinceTime.isPresent() && !end.isAfter(sinceTime.get());
    }

    /** As {@link #time(byte[], int, int)}, of a whole line. */
    public static Optional<String> time(byte[] line) {
        return time(line, 0, line.length);
    }

    /** When the call of a line began, as it is written there. */
    static Optional<String> time(byte[] text, int from, int to) {
        int at = TIME.indexIn(text, from, to);
        int begin = at + TIME.length();
        return at < 0 || begin + TIME_LENGTH > to
                ? Optional.empty()
                : Optional.of(new String(text, begin, TIME_LENGTH, UTF_8));
    }

    /** Whether {@link #status} takes that. */
    public static boolean isStatus(String text) {
        return text.matches("[1-5](\\d\\d|xx)|0|failed");
    }

    /** @param text a number, a class such as {@code 5xx}, 0 for calls without an answer, or {@code failed} */
    public CallFilter status(String text) {
        if (!isStatus(text)) {
            throw new IllegalArgumentException(text);
        }
        if (text.equals("failed")) {
            failed = true;
            return this;
        }
        return any(Stream.of(text.endsWith("xx") ? "\"status\":" + text.charAt(0) : "\"status\":" + text + ","));
    }

    private CallFilter any(Stream<String> of) {
        members.add(of.map(Needle::new).toList());
        return this;
    }

    private static String member(String name, String value) {
        StringBuilder out = new StringBuilder().append('"').append(name).append("\":\"");
        JsonText.append(out, value, value.length());
        return out.append('"').toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** Whether a line is wanted. */
    public boolean wants(String line) {
        byte[] bytes = bytes(line);
        return wants(bytes, 0, bytes.length);
    }

    /** Whether the line is wanted that is in that part of {@code text}. */
    boolean wants(byte[] text, int from, int to) {
        for (List<Needle> any : members) {
            if (!hasAny(text, from, to, any)) {
                return false;
            }
        }
        return (!failed || isFailed(text, from, to)) && isInTime(text, from, to);
    }

    private static boolean hasAny(byte[] text, int from, int to, List<Needle> any) {
        for (Needle each : any) {
            if (each.indexIn(text, from, to) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether the client did not get what it wanted, as far as we know. */
    private static boolean isFailed(byte[] text, int from, int to) {
        int at = STATUS.indexIn(text, from, to);
        int first = at < 0 || at + STATUS.length() >= to ? '0' : text[at + STATUS.length()];
        return first == '0' || first >= '4' || CUT_SHORT.indexIn(text, from, to) >= 0;
    }

    private boolean isInTime(byte[] text, int from, int to) {
        if (since.isEmpty()) {
            return true;
        }
        int at = TIME.indexIn(text, from, to);
        int begin = at + TIME.length();
        return at >= 0
                && begin + TIME_LENGTH <= to
                && Arrays.compare(text, begin, begin + TIME_LENGTH, since.get(), 0, TIME_LENGTH) >= 0;
    }
}
