/**
 * What {@code check --credentials} finds out: whose the keys are, and whether upstreams can be reached and trusted.
 * Start reading at {@link io.countersign.cli.check.Survey}.
 */
package io.countersign.cli.check;
