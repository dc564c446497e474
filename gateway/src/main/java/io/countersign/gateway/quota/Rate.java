package io.countersign.gateway.quota;

import io.countersign.proxy.secrets.Quoted;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requests in a time, as {@code 200/s} or {@code 12000/m}: they become available evenly, not at once at its end.
 *
 * @param requests from 1
 * @param per a second, a minute or an hour
 */
public record Rate(long requests, Duration per) {
    /** Far more than one process can serve. */
    private static final long MAX_PER_SECOND = 1_000_000;

    private static final Pattern FORM = Pattern.compile("(\\d{1,12})\\s*/\\s*(s|m|h)");
    private static final Map<String, Duration> UNITS =
            Map.of("s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1), "h", Duration.ofHours(1));

    public Rate {
        if (requests < 1 || requests > MAX_PER_SECOND * per.toSeconds()) {
            throw new IllegalArgumentException(
                    requests + " requests in " + per + " are not from 1 to " + MAX_PER_SECOND + " a second");
        }
    }

    /**
     * Reads a rate as an operator writes it.
     *
     * @throws IllegalArgumentException whose message quotes the text and says what would be right
     */
    public static Rate parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (form.matches()) {
            long requests = Long.parseLong(form.group(1));
            Duration per = UNITS.get(form.group(2));
            if (requests >= 1 && requests <= MAX_PER_SECOND * per.toSeconds()) {
                return new Rate(requests, per);
            }
        }
        throw new IllegalArgumentException(Quoted.of(text)
                + " is not a rate; write a whole number from 1 and the time it is for, such as 200/s, 12000/m or 50000/h,"
                + " at most " + String.format(Locale.ROOT, "%,d", MAX_PER_SECOND) + " a second");
    }

    /** As it would be written. */
    @Override
    public String toString() {
        String unit = per.equals(UNITS.get("s")) ? "s" : per.equals(UNITS.get("m")) ? "m" : "h";
        return requests + "/" + unit;
    }
}
