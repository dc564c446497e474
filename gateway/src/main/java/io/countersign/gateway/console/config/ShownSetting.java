package io.countersign.gateway.console.config;

/**
 * One setting as the console shows it.
 *
 * @param path such as {@code routes.metrics.match.path-prefix} or {@code access.allow[0]}
 * @param value as it acts; {@code [redacted]} in place of what is, or may hold, a secret
 * @param origin file and line, the variable, {@code command line}, or {@code default}
 */
public record ShownSetting(String path, String value, String origin) {}
