/**
 * Real agents at their default settings, through the proxy to the stand-in, while one after the other fails: nothing may be
 * lost. Start with {@link io.countersign.cli.agents.AgentRig} and {@link io.countersign.cli.agents.Ordeal}. An agent that is not
 * installed fails its test.
 */
package io.countersign.cli.agents;
