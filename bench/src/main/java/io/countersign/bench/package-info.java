/**
 * What Countersign costs, measured: signing alone with JMH ({@link io.countersign.bench.SigningBenchmark}), and what {@code scripts/bench}
 * needs beside other programs, a load generator ({@link io.countersign.bench.ConstantRate}) and an upstream.
 */
package io.countersign.bench;
