/**
 * Serves the console's API: finds out who asks, reads what they send, and answers. Start reading at
 * {@link io.countersign.gateway.console.serve.ConsoleServer}.
 */
package io.countersign.gateway.console.serve;
