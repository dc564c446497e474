package io.countersign.proxy.config;

import com.typesafe.config.ConfigOrigin;
import io.countersign.proxy.secrets.Quoted;

/**
 * One scalar as it was written, with its place. It may be a secret, so it never prints.
 *
 * @param where for a fault: place and path
 */
public record Setting(String text, String where, ConfigOrigin origin) {
    @Override
    public String toString() {
        return where;
    }

    /** For a message: as written, short, and nothing in it that a terminal would act on. */
    public String quoted() {
        return Quoted.of(text);
    }
}
