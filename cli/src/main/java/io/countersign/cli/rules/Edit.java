package io.countersign.cli.rules;

import io.countersign.proxy.net.Cidr;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An entry that is to be in a list.
 *
 * @param comment without an expiry; empty: the one that is there stays
 * @param until when it ends; empty: an end that is still to come stays
 */
public record Edit(Cidr cidr, Optional<String> comment, Optional<Instant> until) {
    private static final Pattern UNTIL =
            Pattern.compile("(?i)[\\s,;:]*(?<![a-z0-9_-])until[^a-z0-9_-](?!.*(?<![a-z0-9_-])until[^a-z0-9_-]).*$");

    /** A new line for it. */
    String line() {
        return line(cidr.toString(), comment.orElse(""), until.map(Edit::text).orElse(""));
    }

    /**
     * The line that takes the place of one of the same range.
     *
     * @param entry as it is written there
     * @param oldComment on that line, with its expiry
     * @param oldUntil when it ends, if that is still to come
     */
    String line(String entry, String oldComment, Optional<Instant> oldUntil) {
        String words = comment.orElse(UNTIL.matcher(oldComment).replaceFirst("").strip());
        return line(entry, words, until.or(() -> oldUntil).map(Edit::text).orElse(""));
    }

    private static String line(String entry, String words, String end) {
        String tail = end.isEmpty() ? words : words.isEmpty() ? "until " + end : words + ", until " + end;
        return tail.isEmpty() ? entry : entry + "  # " + tail;
    }

    /** The end of a day is written as that day. */
    private static String text(Instant until) {
        return until.atZone(ZoneOffset.UTC).toLocalTime().equals(LocalTime.MIDNIGHT)
                ? until.atZone(ZoneOffset.UTC).toLocalDate().minusDays(1).toString()
                : until.toString();
    }
}
