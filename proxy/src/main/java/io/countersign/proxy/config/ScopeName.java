package io.countersign.proxy.config;

import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the names that make up a credential scope; each is empty after a fault. */
public final class ScopeName {
    private static final Pattern FORM = Pattern.compile("[a-z0-9]+(?:-[a-z0-9]+)*");

    private ScopeName() {}

    /** The form of a region's name, and of a service's. */
    public static boolean isName(String text) {
        return FORM.matcher(text).matches();
    }

    public static Optional<String> region(Section section, String key, Setting setting) {
        return read(section, key, setting, "is not a region; write one such as us-east-1");
    }

    public static Optional<String> service(Section section, String key, Setting setting) {
        return read(section, key, setting, "is not a service to sign for; write one such as execute-api");
    }

    private static Optional<String> read(Section section, String key, Setting setting, String otherwise) {
        if (isName(setting.text())) {
            return Optional.of(setting.text());
        }
        section.fault(key, setting.quoted() + " " + otherwise);
        return Optional.empty();
    }
}
