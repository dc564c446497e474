/**
 * Connections and the exchanges on them: read, verify, carry out, answer; or misbehave as configured.
 * Start at {@link io.countersign.standin.serve.Listener}, then {@link io.countersign.standin.serve.Exchange}.
 */
package io.countersign.standin.serve;
