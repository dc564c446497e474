package io.countersign.sigv4;

import java.util.Objects;

/**
 * One header field. {@link #toString} leaves the value out: API keys and tokens travel in headers.
 *
 * @param name in any case
 * @param value as sent
 */
public record Header(String name, String value) {
    /**
     * Neither may be null.
     *
     * @throws NullPointerException if one is
     */
    public Header {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
    }

    @Override
    public String toString() {
        return name + ": (" + value.length() + " characters)";
    }
}
