package io.countersign.proxy.access;

import io.countersign.proxy.secrets.Quoted;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;

/**
 * When an entry of a list ends, in seconds since 1970, as an unsigned number of 32 bits: that reaches to 2106, and what is
 * said to last longer lasts until then.
 */
public final class Expiry {
    /** Of an entry that has no end. */
    static final int NEVER = 0;

    private static final long MAX = 0xffff_ffffL;
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d{2}-\\d{2}[Tt].+");

    private Expiry() {}

    /**
     * Reads a date, which is good to its end in UTC, or a time as RFC 3339 writes it; fractions of a second are rounded up.
     *
     * @throws IllegalArgumentException whose message quotes the text and says what would be right
     */
    public static Instant parse(String text) {
        try {
            if (DATE.matcher(text).matches()) {
                return LocalDate.parse(text).plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);
            }
            if (TIME.matcher(text).matches()) {
                Instant time = OffsetDateTime.parse(text).toInstant();
                return Instant.ofEpochSecond(time.getEpochSecond() + (time.getNano() > 0 ? 1 : 0));
            }
        } catch (DateTimeException e) {
            // Said below.
        }
        throw new IllegalArgumentException(
                Quoted.of(text) + " is neither a date such as 2027-01-31 nor a time such as 2027-01-31T12:00:00Z");
    }

    /** As it is kept. */
    static int seconds(Instant until) {
        return (int) Math.max(1, Math.min(MAX, until.getEpochSecond()));
    }

    /** As a number that orders by time, {@link #NEVER} last. */
    static long lasts(int seconds) {
        return seconds == NEVER ? Long.MAX_VALUE : Integer.toUnsignedLong(seconds);
    }
}
