/**
 * The {@code countersign} command: one class for each subcommand, all wired in one place.
 * Start reading at {@link io.countersign.cli.Main}.
 */
package io.countersign.cli;
