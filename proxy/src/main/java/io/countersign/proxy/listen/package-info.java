/**
 * The doors: TCP listeners, who is let in, and the bound on how many connections are open.
 * Start reading at {@link io.countersign.proxy.listen.Door}.
 */
package io.countersign.proxy.listen;
