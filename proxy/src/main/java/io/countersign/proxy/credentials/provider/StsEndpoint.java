package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.net.AddressKind;
import io.countersign.proxy.net.Destination;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;

/**
 * An endpoint that was set for STS, judged at the moment it is to be used, wherever it was set: it gets a signed request and
 * answers with credentials.
 */
final class StsEndpoint {
    /** The system's resolver, or a test's. */
    interface Lookup {
        List<InetAddress> addresses(String host) throws UnknownHostException;
    }

    private StsEndpoint() {}

    /** @throws IllegalArgumentException with what is wrong with the endpoint, or when its name has no address */
    static URI checked(String url) {
        return checked(url, host -> List.of(InetAddress.getAllByName(host)));
    }

    /**
     * An https endpoint as it is, since its certificate proves the name; an http one with the loopback address that its name
     * leads to in place of the name, so that nothing can look the name up again and go elsewhere.
     */
    static URI checked(String url, Lookup lookup) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("the STS endpoint is not a valid URL; write one such as https://host");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || uri.getUserInfo() != null || !(scheme.equals("https") || scheme.equals("http"))) {
            throw new IllegalArgumentException(
                    "the STS endpoint is not a URL of a host; write one such as https://host");
        }
        String bare = uri.getHost().replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
        try {
            if (scheme.equals("https")) {
                if (Destination.isLiteral(bare)
                        && AddressKind.of(InetAddress.getByName(bare)) == AddressKind.FORBIDDEN) {
                    throw new IllegalArgumentException("the STS endpoint " + bare
                            + " is a link-local, metadata, unspecified or multicast address");
                }
                return uri;
            }
            return atLoopback(uri, new Destination(bare, Destination.Within.LOOPBACK), lookup.addresses(bare));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("the name of the STS endpoint " + bare + " resolves to no address");
        }
    }

    private static URI atLoopback(URI uri, Destination to, List<InetAddress> addresses) {
        for (InetAddress address : addresses) {
            if (!to.permits(address)) {
                throw new IllegalArgumentException("the STS endpoint " + to.host() + " resolves to "
                        + address.getHostAddress() + ", " + to.reason(address) + "; write an https URL");
            }
        }
        String literal = addresses.get(0).getHostAddress();
        String host = literal.indexOf(':') >= 0 ? "[" + literal + "]" : literal;
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return URI.create(uri.getScheme() + "://" + host + port + (uri.getRawPath() == null ? "" : uri.getRawPath()));
    }
}
