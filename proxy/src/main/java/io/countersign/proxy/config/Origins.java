package io.countersign.proxy.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;

/** Says where a value was written. */
final class Origins {
    private Origins() {}

    static final String ENVIRONMENT = "environment variable ";

    /** The defaults' own name. */
    static final String REFERENCE = "reference.conf";

    /** {@code file:line}, or the variable, or whatever else it came from. */
    static String text(ConfigOrigin origin, String otherwise) {
        if (origin == null || isMadeUp(origin)) {
            return otherwise;
        }
        String source = source(origin);
        return origin.lineNumber() > 0 && !source.startsWith(ENVIRONMENT) ? source + ":" + origin.lineNumber() : source;
    }

    /** Whether a value was written in a file, and in one alone. */
    static boolean isFile(ConfigOrigin origin) {
        return !isMadeUp(origin) && !source(origin).startsWith(ENVIRONMENT);
    }

    /** The file without the line. */
    static String source(ConfigOrigin origin) {
        return origin.withLineNumber(-1).description();
    }

    /** The origin of a value; if it was put together from several places, that of a part that the operator wrote. */
    static ConfigOrigin of(ConfigValue value) {
        if (isMadeUp(value.origin()) && value instanceof ConfigObject object) {
            for (ConfigValue inner : object.values()) {
                ConfigOrigin origin = of(inner);
                if (!isMadeUp(origin)) {
                    return origin;
                }
            }
        }
        return value.origin();
    }

    /** Names that the library makes up, and our own defaults, mean nothing to an operator. */
    private static boolean isMadeUp(ConfigOrigin origin) {
        String description = origin.description();
        return description.startsWith("merge of ")
                || description.startsWith("withValue(")
                || description.equals("empty config")
                || description.startsWith(REFERENCE);
    }
}
