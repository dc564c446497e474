/**
 * Who calls, and how that is known.
 * Start reading at {@link io.countersign.proxy.caller.Caller}.
 */
package io.countersign.proxy.caller;
