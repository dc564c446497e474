/**
 * From serving to the end of the process: the phases, and the drain that leads through them.
 * Start reading at {@link io.countersign.proxy.lifecycle.Lifecycle}.
 */
package io.countersign.proxy.lifecycle;
