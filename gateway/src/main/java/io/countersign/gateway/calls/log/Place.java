package io.countersign.gateway.calls.log;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From where a search goes on, towards what is older.
 *
 * @param before only calls with a smaller number; of those in files, this concerns the first file alone
 * @param file stem of the file to begin with; empty for memory, and the newest file after it
 */
public record Place(long before, Optional<String> file) {
    /** All there is. */
    public static final Place NEWEST = new Place(Long.MAX_VALUE, Optional.empty());

    private static final Pattern TEXT = Pattern.compile("(\\d{1,19})(?:@([0-9._-]{1,60}))?");

    /** As {@link #toString} writes it; empty for another text. */
    public static Optional<Place> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        Optional<String> file = Optional.ofNullable(parts.group(2));
        if (file.isPresent() && CallFile.ofStem(file.get()).isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Place(Long.parseLong(parts.group(1)), file));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return before + file.map(stem -> "@" + stem).orElse("");
    }
}
