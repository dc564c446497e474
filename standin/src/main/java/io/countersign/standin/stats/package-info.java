/**
 * What the stand-in has counted and seen.
 * Start at {@link io.countersign.standin.stats.Counters}.
 */
package io.countersign.standin.stats;
