package io.countersign.proxy.logging;

import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.UnknownKeys;
import java.util.Map;

/** Reads what is logged. */
public final class LogReader {
    private LogReader() {}

    public static LogConfig read(Section log, UnknownKeys unknown) {
        LogConfig.Access access = log.choice(
                "access",
                Map.of(
                        "errors",
                        LogConfig.Access.ERRORS,
                        "sample",
                        LogConfig.Access.SAMPLE,
                        "all",
                        LogConfig.Access.ALL));
        int sample = log.integer("sample", 1, 1_000_000);
        String level = log.choice("level", Map.of("debug", "debug", "info", "info", "warn", "warn", "error", "error"));
        LogConfig.Format format =
                log.choice("format", Map.of("text", LogConfig.Format.TEXT, "json", LogConfig.Format.JSON));
        log.rejectUnknown(unknown);
        return new LogConfig(access, sample, level, format);
    }
}
