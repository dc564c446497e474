package io.countersign.proxy.wire;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.Optional;

/** IMF-fixdate (RFC 9110 section 5.6.7): the one form of date that may be sent in a header field. */
public final class HttpDate {
    private static final int LENGTH = "Sun, 06 Nov 1994 08:49:37 GMT".length();

    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withResolverStyle(ResolverStyle.STRICT);

    private HttpDate() {}

    public static String text(Instant time) {
        return FORM.format(time.atOffset(ZoneOffset.UTC));
    }

    /** Empty for any other form, and for null. */
    public static Optional<Instant> parse(String date) {
        if (date == null || date.length() != LENGTH) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDateTime.parse(date, FORM).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException notADate) {
            return Optional.empty();
        }
    }
}
