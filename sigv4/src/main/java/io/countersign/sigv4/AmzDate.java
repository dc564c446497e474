package io.countersign.sigv4;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The time as {@code x-amz-date} has it, {@code 20150830T123600Z}, written anew only when the second changes.
 *
 * <p>Fractions of a second are cut off, as AWS has no room for them.
 */
final class AmzDate {
    static final int DAY_LENGTH = 8;
    private static final int SECONDS_OF_DAY = 24 * 60 * 60;

    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);

    private long second = Long.MIN_VALUE;
    private String text;
    private byte[] bytes;

    void set(Instant time) {
        if (time.getEpochSecond() == second) {
            return;
        }
        LocalDateTime utc = LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, ZoneOffset.UTC);
        if (utc.getYear() < 0 || utc.getYear() > 9999) {
            throw new IllegalArgumentException(time + " has no year of four digits, which x-amz-date must have");
        }
        text = FORMAT.format(utc);
        bytes = text.getBytes(StandardCharsets.US_ASCII);
        second = time.getEpochSecond();
    }

    String text() {
        return text;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Days since 1970-01-01, which tells scopes apart. */
    long epochDay() {
        return Math.floorDiv(second, SECONDS_OF_DAY);
    }

    /** The date of the credential scope, {@code 20150830}. */
    String day() {
        return text.substring(0, DAY_LENGTH);
    }
}
