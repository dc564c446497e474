/**
 * The log of the process: its level, its layout, and queues that never block their writers.
 * Start reading at {@link io.countersign.proxy.logging.Logging}.
 */
package io.countersign.proxy.logging;
