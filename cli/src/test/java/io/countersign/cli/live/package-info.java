/** What {@code scripts/live} stores of AWS's answers, and what Countersign makes of them. */
package io.countersign.cli.live;
