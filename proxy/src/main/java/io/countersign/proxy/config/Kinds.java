package io.countersign.proxy.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What each setting takes, from a file in the form of {@code kinds.txt}: by its path, in which {@code *} stands for a name that an
 * operator gives and {@code #} for a position in a list.
 *
 * @param all in the order of the file
 */
public record Kinds(Map<String, Kind> all) {
    /** Of no setting. */
    public static final Kinds NONE = new Kinds(Map.of());

    private static final Kinds CORE = read(Kinds.class, "/kinds.txt");

    public Kinds {
        all = Collections.unmodifiableMap(new LinkedHashMap<>(all));
    }

    /** Of the core's settings. */
    public static Kinds ofCore() {
        return CORE;
    }

    /** From a file in a jar of ours. */
    public static Kinds read(Class<?> beside, String file) {
        try (InputStream in = beside.getResourceAsStream(file)) {
            return parse(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("our own jar cannot be read", e);
        }
    }

    /** From a text in that form. */
    public static Kinds parse(String text) {
        Map<String, Kind> all = new LinkedHashMap<>();
        text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split("\\s+", 2))
                .forEach(both -> all.put(both[0], new Kind(both[1].strip())));
        return new Kinds(all);
    }

    /** Both these and others. */
    Kinds and(Kinds others) {
        Map<String, Kind> both = new LinkedHashMap<>(all);
        both.putAll(others.all);
        return new Kinds(both);
    }
}
