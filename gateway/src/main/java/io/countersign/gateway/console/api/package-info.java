/**
 * What every resource of the console's API is made of: who may ask for it, what it takes, and how it answers. Start reading at
 * {@link io.countersign.gateway.console.api.ApiResource}.
 */
package io.countersign.gateway.console.api;
