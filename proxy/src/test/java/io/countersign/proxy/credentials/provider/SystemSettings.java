package io.countersign.proxy.credentials.provider;

import java.util.LinkedHashMap;
import java.util.Map;

/** Sets system properties, for the providers of the SDK that take their settings from nowhere else, and puts them back. */
final class SystemSettings implements AutoCloseable {
    private final Map<String, String> before = new LinkedHashMap<>();

    SystemSettings set(String name, String value) {
        before.putIfAbsent(name, System.getProperty(name));
        System.setProperty(name, value);
        return this;
    }

    @Override
    public void close() {
        before.forEach((name, value) -> {
            if (value == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        });
    }
}
