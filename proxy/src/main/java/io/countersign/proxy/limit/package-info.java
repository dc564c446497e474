/**
 * The memory that the process may take, the limits that follow from it, and how each is shared out.
 * Start reading at {@link io.countersign.proxy.limit.MemoryPlan}; {@link io.countersign.proxy.limit.Budget} shares out memory
 * and places in flight, {@link io.countersign.proxy.limit.ConnectionLimit} connections.
 */
package io.countersign.proxy.limit;
