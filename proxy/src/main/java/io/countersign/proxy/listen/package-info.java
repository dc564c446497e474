/**
 * TCP listeners, and who is let in.
 * Start reading at {@link io.countersign.proxy.listen.Door}.
 */
package io.countersign.proxy.listen;
