/**
 * The proxy from outside, over real sockets: bad input, faults, responses and times, each as the specification has it.
 * Start reading at {@link io.countersign.proxy.blackbox.FramingTest}.
 */
package io.countersign.proxy.blackbox;
