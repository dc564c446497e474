package io.countersign.gateway.approval;

import io.countersign.proxy.egress.EgressProxy;
import java.net.URI;
import java.util.Optional;

/**
 * Where newcomers are announced.
 *
 * @param url all of which but the host is a secret
 * @param proxy on the way there; empty: none
 */
record WebhookTarget(URI url, Optional<EgressProxy> proxy) {
    /** For logs and summaries. */
    @Override
    public String toString() {
        return url.getHost() + proxy.map(by -> ", through the proxy " + by).orElse("");
    }
}
