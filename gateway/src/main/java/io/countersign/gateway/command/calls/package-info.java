/** The commands that find calls and tell them. Start reading at {@link io.countersign.gateway.command.calls.CallsCommand}. */
package io.countersign.gateway.command.calls;
