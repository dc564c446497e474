package io.countersign.proxy.logging;

/**
 * What is logged.
 *
 * @param access which calls get a line in the access log
 * @param sample with {@link Access#SAMPLE}: one of so many successful calls is logged (errors always are)
 * @param level of the application's own log: debug, info, warn, error
 * @param format of the application's own log
 */
public record LogConfig(Access access, int sample, String level, Format format) {
    /** For people, or one JSON object a line. */
    public enum Format {
        TEXT,
        JSON
    }

    /** {@code ERRORS} logs failures and a summary a minute. */
    public enum Access {
        ERRORS,
        SAMPLE,
        ALL
    }
}
