package io.countersign.sigv4;

import java.util.Objects;

/**
 * One header field, its name in any case and its value as sent.
 *
 * <p>{@link #toString} leaves the value out: API keys and tokens travel in headers.
 */
public record Header(String name, String value) {
    public Header {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
    }

    @Override
    public String toString() {
        return name + ": (" + value.length() + " characters)";
    }
}
