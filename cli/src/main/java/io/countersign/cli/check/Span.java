package io.countersign.cli.check;

import java.time.Duration;

/** A length of time in its largest unit that says enough. */
final class Span {
    private Span() {}

    static String of(Duration span) {
        if (span.toDays() >= 3) {
            return span.toDays() + " days";
        }
        if (span.toHours() >= 3) {
            return span.toHours() + " h";
        }
        return span.toMinutes() >= 3 ? span.toMinutes() + " min" : span.toSeconds() + " s";
    }
}
