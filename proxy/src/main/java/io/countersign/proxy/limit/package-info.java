/**
 * What the process may take of its machine, and the limits that follow from it.
 * Start reading at {@link io.countersign.proxy.limit.MemoryPlan}.
 */
package io.countersign.proxy.limit;
