/**
 * Resource policies as API Gateway evaluates them: who may call which method and path, from where and when.
 * Start reading at {@link io.countersign.proxy.policy.ResourcePolicy}.
 */
package io.countersign.proxy.policy;
