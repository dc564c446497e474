package io.countersign.gateway.identity.kubernetes;

import io.countersign.proxy.egress.Egress;
import io.countersign.proxy.egress.EgressProxy;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.Hosts;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Which issuer's tokens are taken, and for whom they must be.
 *
 * @param issuer as tokens name it, character by character; its keys are found through it
 * @param audience that a token must be for: one that is for the cluster's own API server is worth more than the right to call here
 * @param ca PEM file of the authorities to trust, in place of the JDK's; read at each fetch
 * @param tokenFile with the token to show the issuer, as the API server of a cluster wants one; read at each fetch
 * @param refresh how often the keys are fetched
 * @param maxStale for how long keys are used after the last fetch that succeeded
 * @param egress how connections out of the cluster leave
 */
public record KubernetesConfig(
        URI issuer,
        String audience,
        Optional<Path> ca,
        Optional<Path> tokenFile,
        Duration refresh,
        Duration maxStale,
        Egress egress) {
    private static final String API_SERVER = "kubernetes.default";

    /**
     * The proxy on the way to one of the issuer's documents; empty: none. What only the cluster knows is in it, and so are private addresses, by which
     * API servers say where their keys are.
     */
    Optional<EgressProxy> proxyTo(URI url) {
        if (!"https".equals(url.getScheme())) {
            return Optional.empty();
        }
        HostPort to = Hosts.ofHttps(url);
        return isInCluster(to.host()) ? Optional.empty() : egress.to(to);
    }

    /** What is to be said of the way to the issuer; nothing where it is reached directly. */
    public Optional<String> way() {
        return proxyTo(issuer).map(proxy -> "keys of the issuer " + issuer + ": through the proxy " + proxy);
    }

    private static boolean isInCluster(String host) {
        if (Hosts.isLiteral(host)) {
            return !Hosts.isPublic(host);
        }
        return host.indexOf('.') < 0
                || host.equals(API_SERVER)
                || host.startsWith(API_SERVER + ".svc.")
                || host.endsWith(".svc")
                || host.endsWith(".cluster.local");
    }
}
