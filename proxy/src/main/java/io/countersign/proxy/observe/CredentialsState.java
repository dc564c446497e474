package io.countersign.proxy.observe;

/**
 * How one named set of credentials fares; read when metrics are scraped.
 *
 * @param expirySeconds seconds since the epoch; NaN for long-lived keys, and while there are none
 * @param refreshes fetches that brought keys, since start
 * @param failures fetches that brought none, since start
 */
public record CredentialsState(String name, double expirySeconds, long refreshes, long failures) {}
