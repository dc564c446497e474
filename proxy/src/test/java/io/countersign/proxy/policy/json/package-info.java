/**
 * The JSON parser of policies.
 * Start reading at {@link io.countersign.proxy.policy.json.JsonParserTest}.
 */
package io.countersign.proxy.policy.json;
