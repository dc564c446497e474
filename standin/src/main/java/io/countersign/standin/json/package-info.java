/**
 * JSON for the control port and the echo, by way of the configuration library, which reads and writes it.
 * Start at {@link io.countersign.standin.json.Json}.
 */
package io.countersign.standin.json;
