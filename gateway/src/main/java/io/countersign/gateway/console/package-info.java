/**
 * The console: an API, on an address of its own, for people and programs who run the gateway. Start reading at
 * {@link io.countersign.gateway.console.Console}.
 */
package io.countersign.gateway.console;
