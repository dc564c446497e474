/**
 * Who calls, by what they present: tokens of ours, and those of Kubernetes service accounts.
 * Start reading at {@link io.countersign.gateway.identity.TokenTable}.
 */
package io.countersign.gateway.identity;
