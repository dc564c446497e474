/**
 * JSON read strictly, with the place of every value. Start reading at
 * {@link io.countersign.proxy.policy.json.JsonParser}.
 */
package io.countersign.proxy.policy.json;
