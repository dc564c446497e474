/**
 * What goes over the wire, on real sockets: bad input, faults, answers and times, each as the specification has it.
 * Start reading at {@link io.countersign.proxy.wire.FramingTest}.
 */
package io.countersign.proxy.wire;
