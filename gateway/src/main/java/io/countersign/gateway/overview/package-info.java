/** What went through the gateway over the last day, in all and by route and tenant. */
package io.countersign.gateway.overview;
