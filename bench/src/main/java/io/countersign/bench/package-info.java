/**
 * What Countersign costs, measured: signing alone with JMH.
 * Start at {@link io.countersign.bench.SigningBenchmark}.
 */
package io.countersign.bench;
