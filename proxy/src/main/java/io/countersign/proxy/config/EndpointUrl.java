package io.countersign.proxy.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** What the URL of an AWS endpoint that somebody wrote must be, since credentials are sent there. */
public final class EndpointUrl {
    private EndpointUrl() {}

    /** What is wrong with it, without a word of it (it may hold a password); empty when it can be used. */
    public static Optional<String> fault(String url) {
        try {
            URI uri = new URI(url);
            if (uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null) {
                String host = Hosts.host(uri.getHost());
                boolean safe = "https".equals(uri.getScheme())
                        || ("http".equals(uri.getScheme()) && Hosts.isLoopback(host));
                if (safe && !Hosts.isForbidden(host)) {
                    return Optional.empty();
                }
            }
        } catch (URISyntaxException | IllegalArgumentException e) {
            // Reported below, like anything else that is not such a URL.
        }
        return Optional.of("is not an https URL of a host; write one such as https://sts.us-east-1.amazonaws.com"
                + " (http is for loopback alone)");
    }
}
