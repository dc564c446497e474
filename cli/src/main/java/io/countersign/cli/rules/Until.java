package io.countersign.cli.rules;

import io.countersign.proxy.access.Expiry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When an entry is to end, as it is typed: a date, a time, or a duration from now. */
public final class Until {
    private static final Pattern DURATION =
            Pattern.compile("(\\d{1,6})\\s*(s|m|h|d|w|seconds?|minutes?|hours?|days?|weeks?)");
    private static final Map<Character, Duration> UNITS = Map.of(
            's', Duration.ofSeconds(1),
            'm', Duration.ofMinutes(1),
            'h', Duration.ofHours(1),
            'd', Duration.ofDays(1),
            'w', Duration.ofDays(7));

    private Until() {}

    /** Throws {@link IllegalArgumentException}, whose message quotes the text, for what is none or is past. */
    public static Instant parse(String text, Instant now) {
        Matcher duration = DURATION.matcher(text);
        Instant until;
        if (duration.matches()) {
            Duration unit = UNITS.get(duration.group(2).charAt(0));
            until = now.plus(unit.multipliedBy(Long.parseLong(duration.group(1))))
                    .truncatedTo(ChronoUnit.SECONDS);
        } else {
            try {
                until = Expiry.parse(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(e.getMessage() + ", nor a duration such as 2h or 7d", e);
            }
        }
        if (!until.isAfter(now)) {
            throw new IllegalArgumentException("'" + text + "' is past, so the entry would have no effect");
        }
        return until;
    }
}
