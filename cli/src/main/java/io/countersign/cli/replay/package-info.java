/**
 * What {@code replay} does: past calls from a log, judged by another configuration.
 * Start reading at {@link io.countersign.cli.replay.Replay}.
 */
package io.countersign.cli.replay;
