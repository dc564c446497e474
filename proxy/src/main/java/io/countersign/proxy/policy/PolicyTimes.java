package io.countersign.proxy.policy;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;

/**
 * Times as IAM takes them: the W3C's profile of ISO 8601 (https://www.w3.org/TR/NOTE-datetime), of which a year or a month alone
 * are refused here, or seconds since 1970.
 */
final class PolicyTimes {
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,15}(?:\\.[0-9]{1,9})?");
    private static final Pattern YEAR_OR_MONTH = Pattern.compile("[0-9]{4}(?:-[0-9]{2})?");
    private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final Pattern WITHOUT_ZONE =
            Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]+)?)?");
    private static final Pattern WITH_ZONE =
            Pattern.compile(WITHOUT_ZONE.pattern() + "(?:Z|[+-](?:0[0-9]|1[0-8]):[0-5][0-9])");

    /** Seconds of the year 5138: what is larger was meant as milliseconds. */
    private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(100_000_000_000L);

    private PolicyTimes() {}

    /** A date, or seconds. */
    static Instant date(String text) {
        if (YEAR_OR_MONTH.matcher(text).matches()) {
            throw new IllegalArgumentException("\"" + text
                    + "\" may be a year, a month or seconds; write a whole date, such as 2027-01-31T00:00:00Z");
        }
        if (NUMBER.matcher(text).matches()) {
            return number(text);
        }
        try {
            if (DATE.matcher(text).matches()) {
                return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
            }
            if (WITH_ZONE.matcher(text).matches()) {
                return OffsetDateTime.parse(text).toInstant();
            }
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a date of the calendar; write one such as 2027-01-31T00:00:00Z", e);
        }
        throw new IllegalArgumentException("\"" + text + "\" "
                + (WITHOUT_ZONE.matcher(text).matches()
                        ? "has no time zone; write it with one, such as " + text + "Z"
                        : "is not a date; write one such as 2027-01-31T00:00:00Z, or seconds since 1970"));
    }

    /** Seconds since 1970. */
    static Instant number(String text) {
        if (!NUMBER.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a number of seconds since 1970; write one such as 1767225600");
        }
        BigDecimal seconds = new BigDecimal(text);
        if (seconds.compareTo(MAX_SECONDS) >= 0) {
            throw new IllegalArgumentException(
                    "\"" + text
                            + "\" seconds after 1970 is beyond the year 5138; write seconds, not milliseconds, such as 1767225600");
        }
        return Instant.ofEpochSecond(
                seconds.setScale(0, java.math.RoundingMode.FLOOR).longValueExact(),
                seconds.subtract(seconds.setScale(0, java.math.RoundingMode.FLOOR))
                        .movePointRight(9)
                        .longValue());
    }
}
