/**
 * What the process may take of its machine, the limits that follow from it, and who gets how much of each.
 * Start reading at {@link io.countersign.proxy.limit.MemoryPlan}; {@link io.countersign.proxy.limit.Budget} shares out memory
 * and places in flight, {@link io.countersign.proxy.limit.ConnectionLimit} connections.
 */
package io.countersign.proxy.limit;
