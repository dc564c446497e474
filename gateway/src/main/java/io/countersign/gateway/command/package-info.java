/**
 * The gateway's commands, and how they talk to a gateway that runs.
 * Start reading at {@link io.countersign.gateway.command.Commands}.
 */
package io.countersign.gateway.command;
