package io.countersign.proxy.config;

import io.countersign.proxy.net.Hosts;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** Checks the URL of an AWS endpoint that an operator wrote, since credentials are sent there. */
public final class EndpointUrl {
    private EndpointUrl() {}

    /**
     * What is wrong with it; empty when it can be used. Shows nothing of it but its host: the rest may hold a password.
     *
     * @param service whose endpoint it is, such as {@code STS}
     */
    public static Optional<String> fault(String url, String service) {
        try {
            URI uri = new URI(url);
            if (uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null) {
                String host = Hosts.host(uri.getHost());
                boolean safe =
                        "https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && Hosts.isLoopback(host));
                if (safe && Hosts.isForbidden(host)) {
                    return Optional.of(
                            uri.getHost() + " is a link-local, metadata, unspecified or multicast address (or"
                                    + " embeds one), which is not an endpoint of " + service + "; write " + service
                                    + "'s host");
                }
                if (safe) {
                    return Optional.empty();
                }
            }
        } catch (URISyntaxException | IllegalArgumentException e) {
            // Reported below, like anything else that is not such a URL.
        }
        return Optional.of("is not an https URL of a host; write one such as https://sts.us-east-1.amazonaws.com"
                + " (http is only for loopback)");
    }
}
