package io.countersign.proxy.config;

import io.countersign.proxy.secrets.Quoted;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When something is to end, as people write it: a date, a time, or a duration from now. */
public final class Until {
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d{2}-\\d{2}[Tt].+");
    private static final Pattern WEEKS = Pattern.compile("(\\d{1,4})\\s*(?:w|weeks?)");

    private static final Instant MAX = Instant.parse("9999-12-31T23:59:59Z");

    private Until() {}

    /**
     * Reads a date, which is good to its end in UTC, or a time as RFC 3339 writes it; fractions of a second are rounded up.
     *
     * @throws IllegalArgumentException whose message quotes the text and says what would be right
     */
    public static Instant time(String text) {
        return dateOrTime(text)
                .orElseThrow(() -> new IllegalArgumentException(Quoted.of(text)
                        + " is neither a date such as 2027-01-31 nor a time such as 2027-01-31T12:00:00Z"));
    }

    /**
     * Reads what a person types: {@linkplain #time a date or a time}, or a duration from now such as {@code 90m}, {@code 8h}, {@code 30 days}
     * or {@code 2w}.
     *
     * @throws IllegalArgumentException for what is none of them, or is past; its message quotes the text
     */
    public static Instant parse(String text, Instant now) {
        Instant until = dateOrTime(text)
                .or(() -> duration(text).map(from -> now.plus(from).truncatedTo(ChronoUnit.SECONDS)))
                .orElseThrow(() -> new IllegalArgumentException(Quoted.of(text)
                        + " is neither a date such as 2027-01-31, nor a time such as 2027-01-31T12:00:00Z, nor a duration"
                        + " such as 2h or 7d"));
        if (!until.isAfter(now)) {
            throw new IllegalArgumentException(Quoted.of(text) + " is past, so the entry would have no effect");
        }
        return until;
    }

    private static Optional<Duration> duration(String text) {
        Matcher weeks = WEEKS.matcher(text);
        return weeks.matches()
                ? Optional.of(Duration.ofDays(7 * Long.parseLong(weeks.group(1))))
                : Units.duration(text);
    }

    private static Optional<Instant> dateOrTime(String text) {
        try {
            if (DATE.matcher(text).matches()) {
                return Optional.of(
                        within(LocalDate.parse(text).plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC)));
            }
            if (TIME.matcher(text).matches()) {
                Instant time = OffsetDateTime.parse(text).toInstant();
                return Optional.of(within(Instant.ofEpochSecond(time.getEpochSecond() + (time.getNano() > 0 ? 1 : 0))));
            }
        } catch (DateTimeException e) {
            // No day or hour of that number.
        }
        return Optional.empty();
    }

    /** The end of 9999, which many write for "never", would be a time of five digits, and what is written must be readable again. */
    private static Instant within(Instant time) {
        return time.isAfter(MAX) ? MAX : time;
    }
}
