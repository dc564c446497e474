package io.countersign.proxy.config;

import com.typesafe.config.ConfigOrigin;

/**
 * One scalar as it was written, with its place. It may be a secret, so it never prints.
 *
 * @param where for a fault: place and path
 */
record Setting(String text, String where, ConfigOrigin origin) {
    @Override
    public String toString() {
        return where;
    }

    /** For a message: as written, short, and nothing in it that a terminal would act on. */
    String quoted() {
        return quoted(text);
    }

    static String quoted(String text) {
        String shown = text.length() > 120 ? text.substring(0, 120) + "..." : text;
        return '"' + shown.replaceAll("\\p{Cntrl}", "?") + '"';
    }
}
