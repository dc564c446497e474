package io.countersign.gateway.calls.log;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One file of the log: {@code calls-2026-11-27_05.1764219600000.0.jsonl}, and {@code .gz} behind that once nothing is added to it any more.
 *
 * @param hour in which its calls ended; UTC
 * @param opened by when the process opened its log, in milliseconds: two processes never write to one file
 * @param index counts the full files of an hour
 */
record CallFile(String hour, long opened, int index) implements Comparable<CallFile> {
    private static final String START = "calls-";
    private static final String PLAIN = ".jsonl";
    private static final String PACKED = ".jsonl.gz";
    private static final Pattern STEM = Pattern.compile("(\\d{4}-\\d\\d-\\d\\d_\\d\\d)\\.(\\d{1,15})\\.(\\d{1,9})");
    private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("uuuu-MM-dd_HH");
    private static final Comparator<CallFile> OLDEST_FIRST = Comparator.comparing(CallFile::hour)
            .thenComparingLong(CallFile::opened)
            .thenComparingInt(CallFile::index);

    /** Logback's pattern for the files of a process; it puts the hour in place of the first percent sign, the index in that of the second. */
    static String pattern(long opened) {
        return START + "%d{yyyy-MM-dd_HH, UTC}." + opened + ".%i" + PLAIN;
    }

    /** Empty for the name of another file. */
    static Optional<CallFile> named(String name) {
        String rest = name.endsWith(PACKED)
                ? name.substring(0, name.length() - PACKED.length())
                : name.endsWith(PLAIN) ? name.substring(0, name.length() - PLAIN.length()) : "";
        return rest.startsWith(START) ? ofStem(rest.substring(START.length())) : Optional.empty();
    }

    /** Empty for a text that {@link #stem} does not make. */
    static Optional<CallFile> ofStem(String stem) {
        Matcher parts = STEM.matcher(stem);
        return parts.matches()
                ? Optional.of(
                        new CallFile(parts.group(1), Long.parseLong(parts.group(2)), Integer.parseInt(parts.group(3))))
                : Optional.empty();
    }

    /** What tells it from the others. */
    String stem() {
        return hour + "." + opened + "." + index;
    }

    String plain() {
        return START + stem() + PLAIN;
    }

    String packed() {
        return START + stem() + PACKED;
    }

    /** All its calls ended before. */
    Instant end() {
        return LocalDateTime.parse(hour, HOUR).toInstant(ZoneOffset.UTC).plus(Duration.ofHours(1));
    }

    @Override
    public int compareTo(CallFile other) {
        return OLDEST_FIRST.compare(this, other);
    }
}
