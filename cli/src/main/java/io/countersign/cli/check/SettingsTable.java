package io.countersign.cli.check;

import io.countersign.proxy.config.KnownKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Which settings each version reads: a line {@code SETTING SINCE}, or {@code SETTING SINCE UNTIL} for one that no version reads from
 * {@code UNTIL} on. The line {@code through VERSION} says how far the table goes.
 */
public final class SettingsTable {
    private static final String RESOURCE = "settings.txt";
    private static final String THROUGH = "through";

    private final List<Row> rows = new ArrayList<>();
    private VersionNumber through = VersionNumber.of("0.0.0").orElseThrow();

    /** @param until the first version that does not read it any more */
    record Row(String setting, VersionNumber since, Optional<VersionNumber> until) {
        boolean isKnownTo(VersionNumber version) {
            return since.compareTo(version) <= 0
                    && until.filter(end -> end.compareTo(version) <= 0).isEmpty();
        }
    }

    /** A version without anything after its three numbers. */
    record VersionNumber(int major, int minor, int patch) implements Comparable<VersionNumber> {
        static Optional<VersionNumber> of(String text) {
            if (!text.matches("\\d{1,5}(\\.\\d{1,5}){2}")) {
                return Optional.empty();
            }
            int[] parts = Arrays.stream(text.split("\\.", -1))
                    .mapToInt(Integer::parseInt)
                    .toArray();
            return Optional.of(new VersionNumber(parts[0], parts[1], parts[2]));
        }

        @Override
        public int compareTo(VersionNumber other) {
            return Arrays.compare(new int[] {major, minor, patch}, new int[] {other.major, other.minor, other.patch});
        }

        @Override
        public String toString() {
            return major + "." + minor + "." + patch;
        }
    }

    private SettingsTable(List<String> lines) {
        for (String line : lines) {
            String[] words = line.strip().split("\\s+", -1);
            if (words[0].equals(THROUGH)) {
                through = number(words[1]);
            } else if (!words[0].isEmpty() && !words[0].startsWith("#")) {
                rows.add(new Row(
                        words[0],
                        number(words[1]),
                        words.length > 2 ? Optional.of(number(words[2])) : Optional.empty()));
            }
        }
    }

    private static VersionNumber number(String text) {
        return VersionNumber.of(text).orElseThrow(() -> new IllegalArgumentException("not a version: " + text));
    }

    /** That of this build. */
    public static SettingsTable read() {
        try (InputStream in = SettingsTable.class.getResourceAsStream(RESOURCE)) {
            return of(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("our own jar cannot be read", e);
        }
    }

    static SettingsTable of(String text) {
        return new SettingsTable(text.lines().toList());
    }

    /** The last version that it has. */
    public String through() {
        return through.toString();
    }

    /** The first one. */
    public String from() {
        return rows.stream()
                .map(Row::since)
                .min(VersionNumber::compareTo)
                .orElse(through)
                .toString();
    }

    /**
     * What a version reads; empty for one that this table does not have.
     *
     * @param version such as {@code 0.1.0}; one that was never released is as the one before it
     */
    public Optional<KnownKeys> knownTo(String version) {
        return VersionNumber.of(version)
                .filter(asked -> asked.compareTo(through) <= 0 && asked.compareTo(number(from())) >= 0)
                .map(asked -> KnownKeys.ofPaths(rows.stream()
                        .filter(row -> row.isKnownTo(asked))
                        .map(Row::setting)
                        .toList()));
    }

    List<Row> rows() {
        return List.copyOf(rows);
    }
}
