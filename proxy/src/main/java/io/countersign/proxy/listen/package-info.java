/**
 * The doors: TCP listeners, and the bound on how many connections they let in.
 * Start reading at {@link io.countersign.proxy.listen.Listener}.
 */
package io.countersign.proxy.listen;
