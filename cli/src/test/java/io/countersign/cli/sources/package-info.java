/**
 * Every source of credentials through its life (start, rotation, outage, recovery) while a real agent sends: nothing may be
 * lost, no secret shown. Start with {@link io.countersign.cli.sources.SourcesWalkTest}.
 */
package io.countersign.cli.sources;
