/**
 * The machinery that settings are read with: layers of files, variables and defaults, their places, and the faults that are
 * collected and reported all at once. Each feature reads its own settings with it.
 * Start reading at {@link io.countersign.proxy.config.Section}.
 */
package io.countersign.proxy.config;
