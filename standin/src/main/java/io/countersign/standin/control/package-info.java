/**
 * The control port: plain HTTP on loopback, by which tests and people see what came and say what shall go wrong.
 * Start at {@link io.countersign.standin.control.ControlServer}.
 */
package io.countersign.standin.control;
