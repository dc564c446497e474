package io.countersign.proxy.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and sizes as people write them: a number, then a unit. */
public final class Units {
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)\\s*([A-Za-z]*)");

    private static final Map<String, Long> NANOS = Map.ofEntries(
            Map.entry("ms", 1_000_000L),
            Map.entry("milliseconds", 1_000_000L),
            Map.entry("s", 1_000_000_000L),
            Map.entry("second", 1_000_000_000L),
            Map.entry("seconds", 1_000_000_000L),
            Map.entry("m", 60_000_000_000L),
            Map.entry("minute", 60_000_000_000L),
            Map.entry("minutes", 60_000_000_000L),
            Map.entry("h", 3_600_000_000_000L),
            Map.entry("hour", 3_600_000_000_000L),
            Map.entry("hours", 3_600_000_000_000L),
            Map.entry("d", 86_400_000_000_000L),
            Map.entry("day", 86_400_000_000_000L),
            Map.entry("days", 86_400_000_000_000L));

    private static final Map<String, Long> BYTES = Map.ofEntries(
            Map.entry("", 1L),
            Map.entry("B", 1L),
            Map.entry("kB", 1_000L),
            Map.entry("KB", 1_000L),
            Map.entry("KiB", 1L << 10),
            Map.entry("MB", 1_000_000L),
            Map.entry("MiB", 1L << 20),
            Map.entry("GB", 1_000_000_000L),
            Map.entry("GiB", 1L << 30));

    /** The words for units of time. */
    static final List<String> DURATIONS = NANOS.keySet().stream().sorted().toList();

    /** The words for units of size; none is one too. */
    static final List<String> SIZES = BYTES.keySet().stream().sorted().toList();

    private Units() {}

    /** Empty when the text is not a duration. A bare number is not one either: seconds to one reader, milliseconds to another. */
    public static Optional<Duration> duration(String text) {
        OptionalLong nanos = amount(text, NANOS);
        return nanos.isPresent() ? Optional.of(Duration.ofNanos(nanos.getAsLong())) : Optional.empty();
    }

    /** Bytes; empty when the text is not a size. */
    public static OptionalLong size(String text) {
        return amount(text, BYTES);
    }

    private static OptionalLong amount(String text, Map<String, Long> units) {
        Matcher matcher = AMOUNT.matcher(text.strip());
        Long unit = matcher.matches() ? units.get(matcher.group(2)) : null;
        if (unit == null) {
            return OptionalLong.empty();
        }
        BigDecimal amount = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
        try {
            return OptionalLong.of(amount.longValueExact());
        } catch (ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    /** The shortest exact way to write it: {@code 29 s}, {@code 5 min} as {@code 5 m}. */
    public static String text(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos != 0 && nanos % 3_600_000_000_000L == 0) {
            return nanos / 3_600_000_000_000L + " h";
        }
        if (nanos != 0 && nanos % 60_000_000_000L == 0) {
            return nanos / 60_000_000_000L + " m";
        }
        return nanos % 1_000_000_000L == 0 ? nanos / 1_000_000_000L + " s" : nanos / 1_000_000 + " ms";
    }

    /** The same for a size: {@code 10 MiB}. */
    public static String text(long bytes) {
        if (bytes != 0 && bytes % (1L << 30) == 0) {
            return (bytes >> 30) + " GiB";
        }
        if (bytes != 0 && bytes % (1L << 20) == 0) {
            return (bytes >> 20) + " MiB";
        }
        return bytes != 0 && bytes % (1L << 10) == 0 ? (bytes >> 10) + " KiB" : bytes + " B";
    }
}
