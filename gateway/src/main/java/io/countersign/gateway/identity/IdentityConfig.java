package io.countersign.gateway.identity;

import io.countersign.gateway.identity.kubernetes.KubernetesConfig;
import java.util.Optional;

/**
 * By what callers can show who they are.
 *
 * @param tokens of the tokens file; none without one
 * @param kubernetes whose service accounts are known; empty: none
 */
public record IdentityConfig(TokenTable tokens, Optional<KubernetesConfig> kubernetes) {}
