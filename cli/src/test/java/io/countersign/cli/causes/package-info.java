/**
 * Every cause for which AWS turns a signed request away, provoked by the stand-in, and what the proxy says of it.
 * Start at {@link io.countersign.cli.causes.CausesTest}.
 */
package io.countersign.cli.causes;
