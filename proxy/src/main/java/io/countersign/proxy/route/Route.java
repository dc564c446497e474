package io.countersign.proxy.route;

import io.countersign.proxy.config.RouteConfig;
import io.countersign.proxy.credentials.CredentialsSource;
import io.countersign.proxy.signing.ServiceClock;
import io.countersign.proxy.upstream.Upstream;
import io.countersign.sigv4.SigningContext;
import java.util.Optional;

/** A route with the parts it acts through, compiled once per configuration. */
public record Route(RouteConfig config, Upstream upstream, Optional<Signing> signing) {

    /** What signing on this route needs. */
    public record Signing(SigningContext context, CredentialsSource credentials, ServiceClock clock, int maxHead) {}

    public String name() {
        return config.name();
    }

    /** Whether answers caused by neither agent nor backend are turned into a 503 that agents retry. */
    public boolean keepsData() {
        return config.answers() == RouteConfig.Answers.KEEP_DATA;
    }
}
