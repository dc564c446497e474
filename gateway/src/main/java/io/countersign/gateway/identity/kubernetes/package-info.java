/**
 * Kubernetes service accounts, by the tokens that a cluster's issuer signs for its pods.
 * Start reading at {@link io.countersign.gateway.identity.kubernetes.ServiceAccounts}.
 */
package io.countersign.gateway.identity.kubernetes;
