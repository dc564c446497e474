package io.countersign.proxy.rejection;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.Optional;

/** What a {@code Date} field says of our clock. */
public final class ServerTime {
    /** IMF-fixdate, RFC 9110 section 5.6.7: the one form that may be sent. */
    private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withResolverStyle(ResolverStyle.STRICT);

    private ServerTime() {}

    /**
     * How far the server's clock is ahead of ours (negative: behind); the field has whole seconds, so it can be one second
     * low.
     *
     * @param date the field's value; null if absent
     */
    public static Optional<Duration> fromDate(String date, Instant now) {
        return parse(date).map(server -> Duration.between(now, server));
    }

    static Optional<Instant> parse(String date) {
        if (date == null || date.length() != 29) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDateTime.parse(date, IMF_FIXDATE).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException notADate) {
            return Optional.empty();
        }
    }
}
