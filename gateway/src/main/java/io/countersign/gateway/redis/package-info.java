/** Redis or Valkey as what replicas share: all that knows its client, so that nothing of that is loaded where none is configured. */
package io.countersign.gateway.redis;
