/**
 * What the console shows of the running gateway, and the few things that it does to it, one class for each resource. Start reading at
 * {@link io.countersign.gateway.console.resource.Resources}.
 */
package io.countersign.gateway.console.resource;
