package io.countersign.proxy.metrics;

/**
 * How one named set of credentials fares; read when metrics are scraped.
 *
 * @param source the kind of source that is configured, such as {@code profile} or {@code assume-role}
 * @param usable there are keys to sign with
 * @param expirySeconds seconds since the epoch; NaN for long-lived keys, and while there are none
 * @param lastSuccessSeconds when a fetch last brought keys; NaN before the first
 * @param refreshes fetches that brought keys, since start
 * @param failures fetches that brought none, since start
 */
public record CredentialsState(
        String name,
        String source,
        boolean usable,
        double expirySeconds,
        double lastSuccessSeconds,
        long refreshes,
        long failures) {}
