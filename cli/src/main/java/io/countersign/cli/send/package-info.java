/**
 * A client for one exchange that sends the bytes that were signed, which the JDK's own clients do not promise.
 * Start reading at {@link io.countersign.cli.send.Exchange}.
 */
package io.countersign.cli.send;
