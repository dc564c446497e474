/**
 * What policies say, case by case, and at random against a second evaluator.
 * Start reading at {@link io.countersign.proxy.policy.PolicyCasesTest}.
 */
package io.countersign.proxy.policy;
