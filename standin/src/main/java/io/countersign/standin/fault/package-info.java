/**
 * Misbehaviour on command: what to do wrong, for which requests, and how often.
 * Start at {@link io.countersign.standin.fault.Faults}.
 */
package io.countersign.standin.fault;
