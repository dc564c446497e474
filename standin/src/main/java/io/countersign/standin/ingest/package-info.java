/**
 * Reads what agents send, remote_write, OTLP and Loki pushes, and keeps account of each thing that was accepted.
 * Start at {@link io.countersign.standin.ingest.Ingest}.
 */
package io.countersign.standin.ingest;
