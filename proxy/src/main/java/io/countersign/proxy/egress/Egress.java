package io.countersign.proxy.egress;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.Hosts;
import java.util.Locale;
import java.util.Optional;

/**
 * How connections leave: directly, or through a proxy for all hosts but some. This machine and link-local addresses, where
 * metadata and credentials are handed out, are never reached through one.
 *
 * @param proxy empty: all hosts are reached directly
 * @param direct the hosts that are reached directly all the same
 */
public record Egress(Optional<EgressProxy> proxy, NoProxy direct) {
    /** Without a proxy. */
    public static final Egress DIRECT = new Egress(Optional.empty(), NoProxy.NOTHING);

    static final String PROXY = "HTTPS_PROXY";
    static final String DIRECT_HOSTS = "NO_PROXY";

    /** Through this proxy, whatever the environment says. */
    public static Egress by(EgressProxy proxy) {
        return new Egress(Optional.of(proxy), NoProxy.NOTHING);
    }

    /**
     * As {@code HTTPS_PROXY} and {@code NO_PROXY} say; written in lower case they come first, as for curl. {@code HTTP_PROXY} is not
     * read: nothing unencrypted leaves through a proxy. Nor is {@code ALL_PROXY}, which the AWS tools don't read either.
     *
     * @throws IllegalArgumentException when the proxy can't be used; the message begins with the variable's name
     */
    public static Egress of(Environment environment) {
        Optional<String> variable = variable(environment, PROXY);
        if (variable.isEmpty()) {
            return DIRECT;
        }
        String name = variable.get();
        String url = environment.get(name).orElseThrow();
        NoProxy direct = variable(environment, DIRECT_HOSTS)
                .flatMap(environment::get)
                .map(NoProxy::parse)
                .orElse(NoProxy.NOTHING);
        try {
            return new Egress(
                    Optional.of(EgressProxy.parse(url.contains("://") ? url : "http://" + url, name)), direct);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " " + e.getMessage(), e);
        }
    }

    private static Optional<String> variable(Environment environment, String upper) {
        String lower = upper.toLowerCase(Locale.ROOT);
        return environment
                .get(lower)
                .map(set -> lower)
                .or(() -> environment.get(upper).map(set -> upper));
    }

    /** The proxy by which a host is reached; empty: directly. */
    public Optional<EgressProxy> to(HostPort host) {
        return proxy.filter(any -> !isNear(host.host()) && !direct.covers(host));
    }

    /** Whether no proxy could lead there, or none may. */
    static boolean isNear(String host) {
        return Hosts.isLoopback(host) || Hosts.isForbidden(host);
    }
}
